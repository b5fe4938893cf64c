package io.github.bn4j.train;

import java.util.Locale;
import java.util.function.DoubleSupplier;

/** A step of a training, right after it was taken. */
public final class StepEvent {

    private final TrainingRun run;
    private final int epoch;
    private final int step;
    private final long number;
    private final double loss;
    private final double learningRate;
    private final boolean skipped;
    private final DoubleSupplier gradientNorm;

    StepEvent(
            TrainingRun run,
            int epoch,
            int step,
            long number,
            double loss,
            double learningRate,
            boolean skipped,
            DoubleSupplier gradientNorm) {
        this.run = run;
        this.epoch = epoch;
        this.step = step;
        this.number = number;
        this.loss = loss;
        this.learningRate = learningRate;
        this.skipped = skipped;
        this.gradientNorm = gradientNorm;
    }

    /** The {@code fit} that it is a step of. */
    public TrainingRun run() {
        return run;
    }

    /** The number of its epoch, from 1 in each training, and on through all its fits. */
    public int epoch() {
        return epoch;
    }

    /** Its number in that epoch, from 1. */
    public int step() {
        return step;
    }

    /** Its number in the training, from 1, and on through all its fits. */
    public long number() {
        return number;
    }

    /** The mean loss of its examples, before the step; 0 if it was skipped. */
    public double loss() {
        return loss;
    }

    /** The learning rate, as the schedule has it for this step. */
    public double learningRate() {
        return learningRate;
    }

    /** Whether none of its examples counts in the loss, so that nothing was changed. */
    public boolean skipped() {
        return skipped;
    }

    /**
     * The Euclidean norm of all gradients together, those of penalties included, before clipping and other changes; 0 if the step was skipped. Computed when it is
     * asked for, and only until the next step.
     */
    public double gradientNorm() {
        return gradientNorm.getAsDouble();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "epoch %d, step %d: %s, learning rate %.2e",
                epoch,
                step,
                skipped ? "skipped" : String.format(Locale.ROOT, "loss %.4f", loss),
                learningRate);
    }
}
