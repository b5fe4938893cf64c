package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The steps of one training, on what {@link Preparation} found fit for it. */
final class Fit {

    private final Preparation prepared;
    private final Model model;
    private final TrainingState state;
    private final Settings settings;
    private final StepFactors factors;
    private final Listeners listeners;

    private final @Nullable SavedTraining from;

    private int rowsPerEpoch;

    Fit(Preparation prepared, Model model, TrainingState state, Settings settings) {
        this(prepared, model, state, settings, null);
    }

    /**
     * Goes on with a stored training.
     *
     * @param from null for one that is not stored yet
     */
    Fit(Preparation prepared, Model model, TrainingState state, Settings settings, @Nullable SavedTraining from) {
        this.prepared = prepared;
        this.model = model;
        this.state = state;
        this.settings = settings;
        factors = new StepFactors(
                prepared.examples().countings(), prepared.objective().targets().size());
        listeners = new Listeners(prepared.listeners(), state);
        this.from = from;
    }

    History run() {
        try (Claim own = Claim.on(model.parameters().trainable(), "fit")) {
            state.ends(Optional.empty());
            train(settings.seed.orElse(from == null ? state.seed(model.seed()) : from.seed(model.seed())));
        }
        return state.history();
    }

    private void train(long seed) {
        // All epochs have steps of the same sizes.
        List<int[]> any = batches(seed, 1);
        List<BatchRows> runs = runs(any, 0);
        Graph graph = prepared.objective().graph();
        Engine running = settings.accumulation.engine(model.engine(), settings.batchSize);
        Model trained = new Model(graph, Set.of(), model.parameters(), running, seed);
        boolean costly = settings.augmentation != null;
        try (Feed feed = new Feed(graph, model.parameters().type(), runs, costly, content(seed));
                Steps steps = new Steps(trained, state, settings, "fit")) {
            steps.prepare(runs);
            begin();
            prepared.tell(state);
            TrainingRun run = new TrainingRun(model, prepared.data(), state, settings, any.size(), seed, from);
            state.runs(run);
            listeners.around(run, () -> epochs(run, feed, steps));
        } finally {
            state.runs(null);
        }
    }

    private void begin() {
        SavedTraining saved = from;
        if (saved == null) {
            state.begin(settings.limits());
        } else {
            state.begin(
                    settings.limits(), saved, state.optimizer(settings.optimizer, model.parameters(), settings.rules));
            saved.restore(model, prepared.memory());
        }
    }

    private void epochs(TrainingRun run, Feed feed, Steps steps) {
        endAsStored(run);
        // An epoch that was under way is brought to its end whatever is said.
        boolean goesOn = state.stepsUnderWay() > 0 || run.stopped().isEmpty();
        for (int pass = state.passes(); goesOn && pass < settings.epochs; pass++) {
            int number = state.before() + 1 + pass;
            if (train(run, number, feed, steps, batches(run.seed(), number))) {
                EpochEvent epoch = judge(run, number);
                state.add(epoch.epoch());
                listeners.epoch(epoch);
            }
            goesOn = run.stopped().isEmpty();
        }
        state.ends(run.endedEarly());
    }

    /** What ended a training that was stored ends it again, unless another end was wished for. */
    private void endAsStored(TrainingRun run) {
        if (from != null && from.run().limits().equals(settings.limits())) {
            from.stopped().ifPresent(run::stop);
        }
    }

    /** The rows of each step of an epoch. */
    private List<int[]> batches(long seed, int epoch) {
        List<int[]> batches = prepared.data()
                .batches(settings.stepSize(), settings.tail, settings.sampling, seed + 0x9E3779B97F4A7C15L * epoch);
        int now = batches.stream().mapToInt(rows -> rows.length).sum();
        checkState(
                rowsPerEpoch == 0 || rowsPerEpoch == now,
                "sampling expects as many rows in each epoch but got %s after %s from %s",
                now,
                rowsPerEpoch,
                settings.sampling);
        rowsPerEpoch = now;
        return batches;
    }

    /**
     * The rows of each run of the engine, one or more for each step.
     *
     * @param over how many steps of the epoch have been taken
     */
    private List<BatchRows> runs(List<int[]> batches, int over) {
        List<BatchRows> runs = new ArrayList<>();
        int[] seen = new int[prepared.data().size()];
        for (int step = 0; step < batches.size(); step++) {
            int[] rows = batches.get(step);
            List<BatchRows> some = BatchRows.of(rows, sizes(rows), factors.sums(rows), seen);
            if (step >= over) {
                runs.addAll(some);
            }
        }
        return runs;
    }

    private int[] sizes(int[] rows) {
        return settings.accumulation.runs(rows.length, settings.batchSize);
    }

    private Feed.Content content(long seed) {
        Examples examples = prepared.examples();
        Augmentation augmentation = settings.augmentation;
        if (augmentation != null) {
            List<INDArray> arrays = examples.arrays();
            AugmentedRows augmented = new AugmentedRows(arrays.get(0), arrays.get(1), augmentation, seed);
            return (epoch, batch, into) -> {
                augmented.copy(epoch, batch, into[0], into[1]);
                factors.fill(batch, into);
            };
        }
        return (epoch, batch, into) -> examples.copy(batch, factors, into);
    }

    private EpochEvent judge(TrainingRun run, int number) {
        Validation validation = prepared.validation();
        Parameters trained = model.parameters();
        Listeners.Judged judged = validation == null ? new Listeners.Judged(trained, "") : listeners.judged(trained);
        Validation.Result result =
                validation == null ? Validation.Result.NONE : validation.judge(model.with(judged.parameters()));
        EpochSoFar all = state.soFar();
        Epoch epoch = new Epoch(
                number, all.loss(), result.loss(), result.accuracy(), all.seconds(), result.metrics(), judged.by());
        return new EpochEvent(run, epoch, judged.parameters());
    }

    /** The steps of an epoch that are left; returns whether it is over, and not cut short by an interrupt. */
    private boolean train(TrainingRun run, int number, Feed feed, Steps steps, List<int[]> batches) {
        int over = state.enter(number).steps();
        History finished = state.history();
        feed.begin(number, runs(batches, over));
        steps.begin(number);
        for (int step = over; step < batches.size(); step++) {
            if (step > 0 && run.stopped().isPresent()) {
                listeners.cut(run);
                return true;
            }
            if (Thread.currentThread().isInterrupted()) {
                listeners.cut(run);
                run.interrupt();
                return false;
            }
            int[] rows = batches.get(step);
            double factor = run.progress(finished).factor(settings.schedule);
            boolean counts = factors.count(rows);
            double loss = counts ? steps.step(factor, feed::take, sizes(rows)) : feed.skip(sizes(rows).length);
            state.stepped(loss, factors.counted(rows));
            listeners.step(new StepEvent(
                    run,
                    number,
                    run.take(number),
                    state.steps(),
                    loss,
                    settings.optimizer.learningRate() * factor,
                    !counts,
                    counts ? steps::gradientNorm : () -> 0));
        }
        return true;
    }
}
