package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Claim;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@code fit} whose steps others take, as the one sees it who hands out the parts. */
final class SharedFit {

    private static final String TOLD = "epochs told of";

    private final SharedTraining shared;
    private final SharedTraining.Workers workers;
    private final Model model;
    private final TrainingMemory memory;
    private final TrainingState state;
    private final Settings settings;
    private final EpochPlan plan;
    private final List<StepBatches> any;
    private final RunTerms terms;
    private final TrainingRun run;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private byte[] bytes;
    private SavedTraining saved;
    private int told;

    /**
     * Begins, or goes on with what is stored.
     *
     * @param from null to begin
     */
    SharedFit(SharedTraining shared, SharedTraining.Workers workers, byte @Nullable [] from) {
        this.shared = shared;
        this.workers = workers;
        model = shared.trainer().model();
        memory = shared.trainer().memory();
        state = shared.trainer().state();
        settings = shared.common().settings();
        SavedTraining stored = from == null ? null : read(from);
        long seed = settings.seed(stored == null ? state.seed(model.seed()) : stored.seed(model.seed()));
        plan = shared.plan(seed);
        any = plan.epoch(1);
        shared.requireTrainable(any);
        terms = shared.terms().withSeed(seed);
        if (from == null || stored == null) {
            bytes = begun();
            saved = read(bytes);
            state.ends(Optional.empty());
        } else {
            requireSame(stored);
            bytes = from;
            saved = stored;
            restore();
            shared.prepared(unused -> new NoBatches(any.size())).tell(state);
        }
        INDArray before = saved.run().listeners().getOrDefault(TOLD, Map.of()).get(TOLD);
        told = before == null ? state.history().epochs().size() : before.getInt(0);
        run = new TrainingRun(model, shared.data().sample(), state, settings, any.size(), seed, stored);
    }

    private static SavedTraining read(byte[] state) {
        return StateBytes.read(state, file -> TrainingFile.read(file, List.of()));
    }

    private void requireSame(SavedTraining stored) {
        stored.run().terms().requireSame(terms, stored.file());
        if (!stored.run().limits().equals(settings.limits())) {
            throw new CheckpointException("resume expects the epochs and maxSteps that the training was begun with, "
                    + stored.run().limits() + ", but got " + settings.limits() + "; say the same");
        }
    }

    /** The state before the first step, as a {@code fit} leaves it that is cut short there. */
    private byte[] begun() {
        List<byte[]> left = new ArrayList<>();
        Preparation prepared = shared.prepared(seed -> new NoBatches(any.size()));
        prepared = prepared.with(
                new Checkpointing(new StateStore(model, memory, Map.of(), left), state, terms, prepared.listeners()));
        new Fit(prepared, model, state, settings).claimed();
        return left.get(0);
    }

    static History run(SharedTraining shared, SharedTraining.Workers workers, byte @Nullable [] from) {
        try (Claim own = Claim.on(shared.trainer().model().parameters().trainable(), "fit")) {
            SharedFit fit = new SharedFit(shared, workers, from);
            fit.run();
            return fit.state.history();
        }
    }

    private void run() {
        listeners.add(new End());
        listeners.addAll(shared.listeners());
        Listeners all = new Listeners(listeners, state);
        try {
            state.runs(run);
            all.around(run, () -> parts(all));
            if (run.stopped().isPresent()) {
                state.ends(run.endedEarly());
            }
        } finally {
            state.runs(null);
        }
    }

    private void parts(Listeners all) {
        tell(all);
        List<SharedPart> parts = next();
        while (!parts.isEmpty() && !Thread.currentThread().isInterrupted()) {
            byte[] left;
            try {
                left = workers.run(parts, bytes);
            } catch (CancellationException interrupted) {
                if (!Thread.currentThread().isInterrupted()) {
                    throw interrupted;
                }
                break;
            }
            SavedTraining before = saved;
            saved = read(left);
            checkState(
                    saved.steps() > before.steps()
                            || saved.epochs().size() > before.epochs().size(),
                    "SharedTraining expects the state after %s but got one after %s steps; return what rank 0 left",
                    parts.get(0),
                    saved.steps());
            bytes = left;
            restore();
            run.follow(saved.steps() - before.steps());
            all.part(run);
            tell(all);
            parts = next();
        }
        if (!parts.isEmpty()) {
            // As by an interrupt where this process takes the steps.
            run.cut();
        }
    }

    /** Tells of what the last part has brought. */
    private void tell(Listeners all) {
        saved.stopped().ifPresent(run::stop);
        List<Epoch> epochs = saved.epochs();
        for (; told < epochs.size(); told++) {
            all.epoch(new EpochEvent(run, epochs.get(told), judged()));
        }
    }

    private void restore() {
        state.begin(settings.limits(), saved, state.optimizer(settings.optimizer, model.parameters(), settings.rules));
        saved.restore(model, memory);
    }

    /** What the last epoch was judged by. */
    private Parameters judged() {
        List<TrainingListener> same =
                shared.prepared(seed -> new NoBatches(any.size())).listeners();
        for (TrainingListener listener : same) {
            Map<String, INDArray> remembered = state.remembered(listener.name());
            if (!remembered.isEmpty()) {
                listener.restore(remembered);
            }
        }
        return new Listeners(same, state).judged(model.parameters()).parameters();
    }

    /** A part for each process; none if the training is over. */
    private List<SharedPart> next() {
        int over = state.stepsUnderWay();
        String stop = run.stopped().orElse(null);
        if (over == 0 && (state.passes() >= settings.epochs || stop != null)) {
            return List.of();
        }
        int number = state.before() + 1 + state.passes();
        List<StepBatches> epoch = plan.epoch(number);
        List<StepBatches> steps = stop == null ? epoch.subList(over, shared.end(over, epoch.size())) : List.of();
        int ranks = shared.processes();
        return IntStream.range(0, ranks)
                .mapToObj(rank -> new SharedPart(
                        shared.common(),
                        rank,
                        ranks,
                        number,
                        epoch.size(),
                        steps.stream()
                                .map(step -> shared.common().isLocal()
                                        ? plan.apart(step, ranks, rank)
                                        : step.part(ranks, rank))
                                .toList(),
                        stop,
                        rank == 0 ? Checkpointing.remembered(listeners) : Map.of()))
                .toList();
    }

    /**
     * Leaves in the network what a {@code fit} leaves at its end. Remembers in the states how many epochs others have been told of: the last one
     * that a state has may be one of which nobody has been told here.
     */
    private final class End implements TrainingListener {

        @Override
        public void onEnd(EndEvent end) {
            Preparation prepared = shared.prepared(seed -> new NoBatches(any.size()));
            String stop = state.stepsUnderWay() == 0 ? run.stopped().orElse(null) : null;
            if (stop != null) {
                prepared = prepared.with(new SharedPart.Stop(stop));
            }
            new Fit(prepared, model, state, settings, saved).claimed();
        }

        @Override
        public String name() {
            return TOLD;
        }

        @Override
        public Map<String, INDArray> state() {
            return Map.of(TOLD, Tensors.number(told));
        }
    }
}
