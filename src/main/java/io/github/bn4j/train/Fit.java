package io.github.bn4j.train;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Claim;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The steps of one training, on what {@link Preparation} found fit for it. */
final class Fit {

    private final Preparation prepared;
    private final Model model;
    private final TrainingState state;
    private final Settings settings;
    private final Listeners listeners;

    private final @Nullable SavedTraining from;

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
        listeners = new Listeners(prepared.listeners(), state);
        this.from = from;
    }

    History run() {
        try (Claim own = Claim.on(model.parameters().trainable(), "fit")) {
            return claimed();
        }
    }

    /** For who has a claim on the parameters already. */
    History claimed() {
        state.ends(Optional.empty());
        train(settings.seed(from == null ? state.seed(model.seed()) : from.seed(model.seed())));
        return state.history();
    }

    private void train(long seed) {
        Batches batches = prepared.batches().apply(seed);
        Graph graph = prepared.objective().graph();
        Engine running = settings.accumulation.engine(model.engine(), settings.batchSize);
        Model trained = new Model(graph, Set.of(), model.parameters(), running, seed);
        try (Feed feed = new Feed(graph, model.parameters().type(), batches);
                Steps steps = new Steps(trained, state, settings, "fit")) {
            steps.prepare(batches.any());
            begin();
            prepared.tell(state);
            TrainingRun run =
                    new TrainingRun(model, prepared.data(), state, settings, batches.stepsPerEpoch(), seed, from);
            state.runs(run);
            listeners.around(run, () -> epochs(run, batches, feed, steps));
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

    private void epochs(TrainingRun run, Batches batches, Feed feed, Steps steps) {
        endAsStored(run);
        // An epoch that was under way is brought to its end whatever is said.
        boolean goesOn = state.stepsUnderWay() > 0 || run.stopped().isEmpty();
        for (int pass = state.passes(); goesOn && pass < settings.epochs; pass++) {
            int number = state.before() + 1 + pass;
            if (train(run, number, batches, feed, steps)) {
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

    /** The steps of an epoch that are left; returns whether it is over, and not cut short. */
    private boolean train(TrainingRun run, int number, Batches batches, Feed feed, Steps steps) {
        int over = state.enter(number).steps();
        History finished = state.history();
        List<StepBatches> all = batches.epoch(number, over);
        Iterator<StepBatches> left = all.iterator();
        feed.begin(number, StepBatches.runs(all));
        steps.begin(number);
        while (state.stepsUnderWay() < batches.stepsPerEpoch()) {
            if (state.stepsUnderWay() > 0 && run.stopped().isPresent()) {
                listeners.cut(run);
                return true;
            }
            if (Thread.currentThread().isInterrupted() || !left.hasNext() || !feed.awaitNext()) {
                listeners.cut(run);
                run.cut();
                return false;
            }
            StepBatches step = left.next();
            double factor = run.progress(finished).factor(settings.schedule);
            double loss = step.counts()
                    ? steps.step(factor, feed::take, step.sizes())
                    : feed.skip(step.runs().size());
            state.stepped(loss, step.counted());
            listeners.step(new StepEvent(
                    run,
                    number,
                    run.take(number),
                    state.steps(),
                    loss,
                    settings.optimizer.learningRate() * factor,
                    !step.counts(),
                    step.counts() ? steps::gradientNorm : () -> 0));
        }
        return true;
    }
}
