package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How far a training has come: what the trainers that were made of one another share, so that the next {@code fit} goes on. For
 * the thread that trains.
 */
final class TrainingState {

    /* Order, masks and augmentation are functions of a seed and of these counters, so nothing else has to be kept for them. */

    private static final long NOT_BEGUN = -1;

    /** The best network in a file. */
    private record InFile(Path path, KeepBest how, Epoch epoch) {}

    /** The best network by a metric, in memory. */
    static final class Best {

        double lastGain = Double.NaN;

        @Nullable
        Epoch epoch;

        @Nullable
        Parameters parameters;

        /** Copies parameters and state, which go on changing. */
        void keep(Parameters judged) {
            Parameters kept = parameters;
            if (kept == null) {
                parameters = judged.to(judged.type());
            } else {
                kept.trainable().assign(judged.trainable());
                kept.state().assign(judged.state());
            }
        }
    }

    private final TrainingMemory memory;
    private final List<Epoch> history = new ArrayList<>();
    private long number = NOT_BEGUN;
    private int epoch;
    private long runs;
    private @Nullable OptimizerState optimizer;
    private @Nullable InFile best;
    private final Map<String, Best> byMetric = new LinkedHashMap<>();
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
        return new History(history, metrics);
    }

    /** Says which metrics the coming epochs have. */
    void measures(Map<String, Metric> measured) {
        metrics.putAll(measured);
    }

    /** The best network so far by a metric. */
    Best best(String metric) {
        return byMetric.computeIfAbsent(metric, name -> new Best());
    }

    /** The epoch of what is in a file because it was the best; null if there is none that was judged in this way. */
    @Nullable
    Epoch best(Path path, KeepBest how) {
        InFile known = best;
        if (known == null || !known.path.equals(path) || !known.how.equals(how) || !Files.exists(path)) {
            return null;
        }
        return known.epoch;
    }

    void best(Path path, KeepBest how, Epoch epoch) {
        best = new InFile(path, how, epoch);
    }
}
