package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Who is told how a {@code fit} goes, in order; what {@link TrainingListener} says of order and failure. */
final class Listeners {

    private final List<TrainingListener> all;
    private final TrainingState state;
    private final List<TrainingListener> begun = new ArrayList<>();

    /**
     * Listeners.
     *
     * @param state what those with a name remember. Modified at the end.
     */
    Listeners(List<TrainingListener> all, TrainingState state) {
        this.all = all;
        this.state = state;
    }

    /** Tells of the start, does the work, and tells of the end however it ends. */
    void around(TrainingRun run, Runnable work) {
        try {
            start(run);
            work.run();
        } catch (RuntimeException | Error failure) {
            end(new EndEvent(run, Optional.of(failure)), new ArrayList<>(List.of(failure)));
            throw failure;
        }
        List<Throwable> failures = new ArrayList<>();
        end(new EndEvent(run, Optional.empty()), failures);
        if (!failures.isEmpty()) {
            rethrow(failures.get(0));
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    private void start(TrainingRun run) {
        for (TrainingListener listener : all) {
            begun.add(listener);
            listener.onStart(run);
            Map<String, INDArray> remembered = state.remembered(listener.name());
            if (!remembered.isEmpty()) {
                listener.restore(remembered);
            }
        }
    }

    void step(StepEvent step) {
        all.forEach(listener -> listener.onStep(step));
    }

    void part(TrainingRun run) {
        all.forEach(listener -> listener.onPart(run));
    }

    /** Says that an epoch is cut short after the last step. */
    void cut(TrainingRun run) {
        for (TrainingListener listener : all) {
            if (listener instanceof Checkpointing last) {
                last.cut(run);
            }
        }
    }

    /**
     * What an epoch is judged by.
     *
     * @param by the names of the listeners that say so, empty for what is trained
     */
    record Judged(Parameters parameters, String by) {}

    Judged judged(Parameters trained) {
        Parameters judged = trained;
        List<String> by = new ArrayList<>();
        for (TrainingListener listener : all) {
            Parameters before = judged;
            judged = listener.judged(before);
            if (judged != before) {
                by.add(listener.name().isEmpty() ? "a listener" : listener.name());
            }
        }
        return new Judged(judged, String.join(", ", by));
    }

    void epoch(EpochEvent epoch) {
        all.forEach(listener -> listener.onEpoch(epoch));
    }

    /** Adds what is thrown; what comes after the first is suppressed by that. */
    private void end(EndEvent end, List<Throwable> failures) {
        for (TrainingListener listener : begun) {
            attempt(() -> listener.onEnd(end), failures);
        }
        for (TrainingListener listener : begun) {
            attempt(() -> state.remember(listener.name(), listener.state()), failures);
        }
    }

    private static void attempt(Runnable work, List<Throwable> failures) {
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            if (failures.isEmpty()) {
                failures.add(failure);
            } else if (failures.get(0) != failure) {
                failures.get(0).addSuppressed(failure);
            }
        }
    }
}
