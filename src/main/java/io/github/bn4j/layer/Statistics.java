package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.op.BatchNormalization;

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
     * Mean and variance of each ghost batch of {@code size} examples; what is left over joins the last one (Hoffer et al.
     * 2017, Train longer, generalize better, algorithm 1). Regularises large batches.
     */
    static Statistics ghost(int size) {
        return new Ghost(size);
    }

    /**
     * Mean and variance of the batch, corrected towards the running averages (Ioffe 2017, Batch Renormalization,
     * algorithm 1): for small batches. A bias before it does not cancel.
     *
     * @param maxScale largest correction of the scale, at least 1
     * @param maxShift largest correction of the shift in standard deviations, at least 0
     */
    static Statistics renorm(double maxScale, double maxShift) {
        return new Renorm(maxScale, maxShift);
    }

    /** The same op that normalises with these in training. */
    BatchNormalization in(BatchNormalization op);

    /** See {@link #batch}. */
    record Batch() implements Statistics {
        @Override
        public BatchNormalization in(BatchNormalization op) {
            return op.statistics(BatchNormalization.Statistics.BATCH, 0, 0, 0);
        }

        @Override
        public String toString() {
            return "batch statistics";
        }
    }

    /** See {@link #running}. */
    record Running() implements Statistics {
        @Override
        public BatchNormalization in(BatchNormalization op) {
            return op.statistics(BatchNormalization.Statistics.RUNNING, 0, 0, 0);
        }

        @Override
        public String toString() {
            return "running statistics";
        }
    }

    /** See {@link #ghost}. */
    record Ghost(int size) implements Statistics {

        public Ghost {
            checkArgument(size >= 1, "Statistics.ghost expects at least 1 example but got %s", size);
        }

        @Override
        public BatchNormalization in(BatchNormalization op) {
            return op.statistics(BatchNormalization.Statistics.GHOST, size, 0, 0);
        }

        @Override
        public String toString() {
            return "ghost batches of " + size;
        }
    }

    /** See {@link #renorm}. */
    record Renorm(double maxScale, double maxShift) implements Statistics {

        public Renorm {
            checkArgument(
                    maxScale >= 1 && maxShift >= 0,
                    "Statistics.renorm expects corrections of at least 1 and 0 but got %s and %s",
                    maxScale,
                    maxShift);
        }

        @Override
        public BatchNormalization in(BatchNormalization op) {
            return op.statistics(BatchNormalization.Statistics.RENORM, 0, maxScale, maxShift);
        }

        @Override
        public String toString() {
            return "batch renormalisation up to " + maxScale + " and " + maxShift;
        }
    }
}
