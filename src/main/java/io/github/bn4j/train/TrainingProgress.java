package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkState;

/**
 * How far a {@code fit} or a {@link Loop} has come: what a {@link Schedule} is told.
 *
 * @param step the number of steps taken before this one, from 0
 * @param steps the number of all steps of this {@code fit}; 0 where nobody knows, as in a loop without end
 * @param epoch the number of epochs finished in this {@code fit}, from 0
 * @param epochs the number of all epochs of this {@code fit}; 0 in a loop, which has none
 * @param finished the epochs of the training so far with what was measured, those of earlier fits included
 */
public record TrainingProgress(long step, long steps, int epoch, int epochs, History finished) {

    public TrainingProgress {
        checkGiven(finished, "TrainingProgress", "the finished epochs");
    }

    /**
     * The number of all steps.
     *
     * @throws IllegalStateException if nobody knows
     */
    @Override
    public long steps() {
        checkState(
                steps > 0,
                "schedule expects the number of all steps but got a loop without end; make it by loop(batchSize, steps)");
        return steps;
    }

    /**
     * The number of finished epochs.
     *
     * @throws IllegalStateException if there are no epochs
     */
    @Override
    public int epoch() {
        requireEpochs();
        return epoch;
    }

    /**
     * The number of all epochs.
     *
     * @throws IllegalStateException if there are no epochs
     */
    @Override
    public int epochs() {
        requireEpochs();
        return epochs;
    }

    private void requireEpochs() {
        checkState(epochs > 0, "schedule expects epochs but got a loop, which has none; count its steps");
    }

    /**
     * The share of the steps that have been taken, from 0 to below 1.
     *
     * @throws IllegalStateException if nobody knows how many there are
     */
    public double share() {
        return (double) step / steps();
    }

    /** The progress of what begins after {@code begun} steps; its first step until then. */
    TrainingProgress after(long begun) {
        long left = steps > 0 ? Math.max(1, steps - begun) : steps;
        return new TrainingProgress(Math.max(0, step - begun), left, epoch, epochs, finished);
    }

    /** The progress counted in epochs. */
    TrainingProgress byEpoch() {
        requireEpochs();
        return new TrainingProgress(epoch, epochs, epoch, epochs, finished);
    }

    /**
     * What a schedule says now.
     *
     * @throws IllegalStateException if that is no factor
     */
    double factor(Schedule schedule) {
        double factor = schedule.factor(this);
        checkState(
                factor >= 0 && Double.isFinite(factor),
                "schedule expects a finite factor of at least 0 but got %s from %s in step %s%s; the steps before it are"
                        + " kept",
                factor,
                schedule,
                step + 1,
                steps > 0 ? " of " + steps : "");
        return factor;
    }
}
