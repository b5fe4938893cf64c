package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;

/**
 * How far a {@code fit} has come: what a {@link Schedule} is told.
 *
 * @param step the number of steps taken before this one, from 0
 * @param steps the number of all steps of this {@code fit}
 * @param epoch the number of epochs finished in this {@code fit}, from 0
 * @param epochs the number of all epochs of this {@code fit}
 * @param finished the epochs of the training so far with what was measured, those of earlier fits included
 */
public record TrainingProgress(long step, long steps, int epoch, int epochs, History finished) {

    public TrainingProgress {
        checkGiven(finished, "TrainingProgress", "the finished epochs");
    }

    /** The share of the steps that have been taken, from 0 to below 1. */
    public double share() {
        return (double) step / steps;
    }

    /** The progress of what begins after {@code begun} steps; its first step until then. */
    TrainingProgress after(long begun) {
        return new TrainingProgress(Math.max(0, step - begun), Math.max(1, steps - begun), epoch, epochs, finished);
    }

    /** The progress counted in epochs. */
    TrainingProgress byEpoch() {
        return new TrainingProgress(epoch, epochs, epoch, epochs, finished);
    }
}
