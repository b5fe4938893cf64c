package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;

/** What a batch normalisation normalises with in training; a prediction always takes the running averages. */
public sealed interface Statistics {

    /** Mean and variance of the batch: the usual. */
    static Statistics batch() {
        return new Batch();
    }

    /**
     * The running averages, as in a prediction: for fine-tuning on few or unusual examples. The batches still move them,
     * unless {@code updateRunning(false)} is said as well.
     */
    static Statistics running() {
        return new Running();
    }

    /**
     * Mean and variance of each ghost batch of {@code size} neighbouring examples; what is left over joins the last one
     * (Hoffer et al. 2017, Train longer, generalize better, algorithm 1). Regularises large batches.
     */
    static Statistics ghost(int size) {
        return new Ghost(size);
    }

    /**
     * Mean and variance of the batch, corrected by {@code r = σ_batch / σ_running} clipped to {@code [1 / maxScale,
     * maxScale]} and {@code d = (mean_batch − mean_running) / σ_running} clipped to {@code [−maxShift, maxShift]}, both
     * constants for the gradient: {@code x̂ r + d} (Ioffe 2017, Batch Renormalization, algorithm 1). For small batches. A bias
     * before it does not cancel.
     *
     * @param maxScale largest correction of the scale, at least 1
     * @param maxShift largest correction of the shift in standard deviations, at least 0
     */
    static Statistics renorm(double maxScale, double maxShift) {
        return new Renorm(maxScale, maxShift);
    }

    /** Whether they are the running averages. */
    default boolean areRunning() {
        return this instanceof Running || this instanceof Frozen;
    }

    /**
     * How many examples are normalised by statistics of their own. What is measured of such blocks is averaged, whereas the
     * parts of one batch are merged.
     *
     * @param batch number of examples of the batch
     */
    default int block(int batch) {
        return this instanceof Ghost ghost ? Math.min(batch, ghost.size) : batch;
    }

    /** What a layer that is not frozen normalises with. */
    sealed interface Unfrozen extends Statistics {}

    /** See {@link #batch}. */
    record Batch() implements Unfrozen {
        @Override
        public String toString() {
            return "batch statistics";
        }
    }

    /** See {@link #running}. */
    record Running() implements Unfrozen {
        @Override
        public String toString() {
            return "running statistics";
        }
    }

    /**
     * The running averages of a layer that is frozen.
     *
     * @param before what it normalises with when it is no longer frozen
     * @param updated whether training moves its running averages then
     */
    record Frozen(Unfrozen before, boolean updated) implements Statistics {
        @Override
        public String toString() {
            return "running statistics";
        }
    }

    /** See {@link #ghost}. */
    record Ghost(int size) implements Unfrozen {

        public Ghost {
            checkArgument(size >= 1, "Statistics.ghost expects at least 1 example but got %s", size);
        }

        @Override
        public String toString() {
            return "ghost batches of " + size;
        }
    }

    /** See {@link #renorm}. */
    record Renorm(double maxScale, double maxShift) implements Unfrozen {

        public Renorm {
            checkArgument(
                    maxScale >= 1 && maxShift >= 0,
                    "Statistics.renorm expects corrections of at least 1 and 0 but got %s and %s",
                    maxScale,
                    maxShift);
        }

        @Override
        public String toString() {
            return "batch renormalisation up to " + maxScale + " and " + maxShift;
        }
    }
}
