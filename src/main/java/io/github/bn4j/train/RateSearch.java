package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGoesOn;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import java.util.ArrayList;
import java.util.List;

/** Trains a copy of a network with a learning rate that rises until the loss does. */
final class RateSearch implements TrainingListener, Schedule {

    private static final double LOWEST = 1e-7;
    private static final double HIGHEST = 10;
    private static final int STEPS = 100;

    /** How many times the smallest loss is too much. */
    private static final double DIVERGED = 4;

    /** Share of the past in the mean that losses are judged by, as those of single batches of a trained network differ by more. */
    private static final double PAST = 0.8;

    /** Trials before the mean says anything. */
    private static final int FIRST = 5;

    private final double own;
    private final List<RateFinder.Trial> trials = new ArrayList<>();
    private double past;
    private double smallest = Double.POSITIVE_INFINITY;

    private RateSearch(double own) {
        this.own = own;
    }

    static RateFinder run(Model model, TrainingMemory memory, Settings settings, Dataset data) {
        Model copy = model.copy();
        TrainingMemory forgotten = memory.copy();
        TrainingState state = new TrainingState(forgotten);
        RateSearch search = new RateSearch(settings.optimizer.learningRate());
        Settings trial = settings.withLosses(model.graph(), data).copy();
        trial.schedule = search;
        trial.listeners = List.of(search);
        trial.epochs = STEPS;
        trial.bestPath = null;
        trial.metrics = List.of();
        trial.stopping = null;
        trial.averaging = null;
        trial.maxSteps = Long.MAX_VALUE;
        trial.maxTime = null;
        trial.checkpoints = null;
        try {
            new Fit(Preparation.of(copy, forgotten, trial, data, null), copy, state, trial).run();
        } catch (NonFinite.Failure end) {
            // Where numbers stop being finite the curve ends too.
        }
        checkGoesOn("findRate", " after " + search.trials.size() + " steps; the network is as it was");
        return new RateFinder(search.trials);
    }

    private static double rate(long step) {
        return LOWEST * Math.pow(HIGHEST / LOWEST, step / (STEPS - 1.0));
    }

    @Override
    public double factor(TrainingProgress at) {
        return rate(at.step()) / own;
    }

    @Override
    public void onStep(StepEvent step) {
        if (!step.skipped()) {
            trials.add(new RateFinder.Trial(rate(step.number() - 1), step.loss()));
            past = PAST * past + (1 - PAST) * step.loss();
        }
        double mean = past / (1 - Math.pow(PAST, trials.size()));
        if (trials.size() >= FIRST) {
            smallest = Math.min(smallest, mean);
        }
        if (step.number() == STEPS || mean > DIVERGED * smallest) {
            step.run().stop("the curve ends");
        }
    }
}
