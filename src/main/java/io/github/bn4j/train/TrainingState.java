package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far a training has come: what the trainers that were made of one another share, so that the next {@code fit} goes on. For
 * the thread that trains, but for {@link #stop}.
 */
final class TrainingState {

    /* Order, masks and augmentation are functions of a seed and of these counters, so nothing else has to be kept for them. */

    private static final long NOT_BEGUN = -1;

    private final TrainingMemory memory;
    private final List<Epoch> history = new ArrayList<>();
    private long number = NOT_BEGUN;
    private int epoch;
    private long steps;
    private long runs;
    private Optional<String> endedEarly = Optional.empty();
    private volatile @Nullable TrainingRun run;
    private @Nullable OptimizerState optimizer;
    private final Map<String, Map<String, INDArray>> remembered = new LinkedHashMap<>();
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    TrainingState(TrainingMemory memory) {
        this.memory = memory;
    }

    /**
     * The seed of this training: that of the network for its first training, another one for each later training.
     *
     * @param seed that of the network
     */
    long seed(long seed) {
        long trainings = number == NOT_BEGUN ? memory.trainings() : number;
        return trainings == 0 ? seed : new SplittableRandom(seed + 0xD1B54A32D192ED03L * trainings).nextLong();
    }

    /** Counts this training among those of the network, at its first call. */
    void begin() {
        if (number == NOT_BEGUN) {
            number = memory.begin();
        }
    }

    /** The number of the last epoch with a step, from 1; 0 before the first. */
    int epoch() {
        return epoch;
    }

    /** Says that an epoch has had a step. */
    void inEpoch(int epoch) {
        this.epoch = epoch;
    }

    /** The number of the next step, from 1, whether it is skipped or not. */
    long nextStep() {
        steps++;
        return steps;
    }

    /** The number of the next run of the engine, from 1. */
    long nextRun() {
        runs++;
        return runs;
    }

    /** The number of the last run of the engine. */
    long runs() {
        return runs;
    }

    /** The optimiser at work, with what it remembers if it is of the same kind as before. */
    OptimizerState optimizer(Optimizer wanted, Parameters parameters, List<WeightDecay.Rule> decays) {
        OptimizerState next = OptimizerState.after(optimizer, wanted, parameters, decays);
        optimizer = next;
        return next;
    }

    void add(Epoch finished) {
        history.add(finished);
    }

    History history() {
        return new History(history, metrics, endedEarly);
    }

    /** Says where and why the last {@code fit} ended before its last epoch did; empty if it did not. */
    void ends(Optional<String> early) {
        endedEarly = early;
    }

    /** Says which {@code fit} is under way; null if none is. */
    void runs(@Nullable TrainingRun current) {
        run = current;
    }

    /** Ends the {@code fit} that is under way, for any thread; returns whether there is one. */
    boolean stop(String reason) {
        TrainingRun current = run;
        if (current != null) {
            current.stop(reason);
        }
        return current != null;
    }

    /** Says which metrics the coming epochs have. */
    void measures(Map<String, Metric> measured) {
        metrics.putAll(measured);
    }

    /** What a listener of this name remembered last; empty if there was none. */
    Map<String, INDArray> remembered(String listener) {
        return remembered.getOrDefault(listener, Map.of());
    }

    /** Keeps a copy of what a listener remembers, if it has a name. */
    void remember(String listener, Map<String, INDArray> state) {
        if (!listener.isEmpty()) {
            Map<String, INDArray> copy = new LinkedHashMap<>();
            state.forEach((name, array) -> copy.put(name, Tensors.copy(array)));
            remembered.put(listener, copy);
        }
    }
}
