package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.io.Serializable;

/**
 * An average of the weights that a training passes through, which often predicts better than the last of them. The training itself
 * goes on from its own weights.
 *
 * @param decay what the average so far weighs when other weights come in, from 0 to below 1; 1 for the mean of all, in which all weigh
 *     alike
 * @param from the share of the steps of the first {@code fit}, from 0 to below 1, after which it begins
 * @param fromEpoch the epoch in the training from which on it begins, from 1
 * @param everySteps after how many steps each time weights come in; 0 for the end of each epoch
 * @param recalibrate whether the running averages of batch normalisations are replaced by the exact statistics that the training data
 *     have under the averaged weights; else they stay those of the training, which belong to other weights
 */
public record Averaging(double decay, double from, int fromEpoch, int everySteps, boolean recalibrate)
        implements Serializable {

    private static final double SWA_FROM = 0.75;

    public Averaging {
        checkArgument(
                decay > 0 && decay <= 1,
                "Averaging expects a decay between 0 and 1 but got %s; 0.999 forgets within some thousand steps",
                decay);
        checkArgument(
                from >= 0 && from < 1,
                "Averaging expects to begin after a share of the steps from 0 to below 1 but got %s; fromEpoch counts epochs",
                from);
        checkArgument(fromEpoch >= 1, "Averaging expects to begin in an epoch from 1 on but got %s", fromEpoch);
        checkArgument(
                everySteps >= 0, "Averaging expects weights every so many steps, at least 1, but got %s", everySteps);
    }

    /**
     * An exponential moving average over all steps (EMA). The decay warms up: the weights that come in as number {@code t}, from 0 for those
     * after the first step, meet a decay of {@code min(decay, (1 + t) / (10 + t))}, as in TensorFlow, and the first are taken as they are.
     *
     * @param decay between 0 and 1, such as 0.999
     * @throws IllegalArgumentException if it is not
     */
    public static Averaging ema(double decay) {
        checkArgument(
                decay > 0 && decay < 1,
                "ema expects a decay between 0 and 1 but got %s; 0.999 forgets within some thousand steps",
                decay);
        return new Averaging(decay, 0, 1, 1, true);
    }

    /**
     * The mean of the weights after each epoch of the last quarter of the training (SWA, Izmailov et al. 2018, Averaging weights leads to wider
     * optima and better generalization). The learning rate should stay large there.
     */
    public static Averaging swa() {
        return new Averaging(1, SWA_FROM, 1, 0, true);
    }

    /**
     * Begins after a share of the steps of the {@code fit}, from 0 to below 1. An average that has begun goes on in the next {@code fit}.
     */
    public Averaging from(double share) {
        return new Averaging(decay, share, 1, everySteps, recalibrate);
    }

    /** Begins in an epoch of the training, from 1. */
    public Averaging fromEpoch(int epoch) {
        return new Averaging(decay, 0, epoch, everySteps, recalibrate);
    }

    /** Takes weights in after every so many steps of the training, at least 1. */
    public Averaging everySteps(int steps) {
        checkArgument(steps >= 1, "everySteps expects at least 1 step but got %s", steps);
        return new Averaging(decay, from, fromEpoch, steps, recalibrate);
    }

    /**
     * Says whether the running averages of batch normalisations are measured anew for the averaged weights (default), which takes passes over
     * the training data after each epoch that is judged, and at the end.
     */
    public Averaging recalibrate(boolean exact) {
        return new Averaging(decay, from, fromEpoch, everySteps, exact);
    }

    /** Whether the share of the steps after which it begins is over. */
    boolean hasBegun(long taken, long steps) {
        return taken >= from * steps;
    }

    /** What the average weighs when other weights come in. */
    double decay(long before) {
        return decay == 1
                ? before / (before + 1.0)
                : before == 0 ? 0 : Math.min(decay, (1.0 + before) / (10.0 + before));
    }

    @Override
    public String toString() {
        boolean mean = decay == 1;
        return (mean ? "swa()" : "ema(" + decay + ")")
                + (fromEpoch > 1 ? ".fromEpoch(" + fromEpoch + ")" : "")
                + (fromEpoch == 1 && from != (mean ? SWA_FROM : 0) ? ".from(" + from + ")" : "")
                + (everySteps != (mean ? 0 : 1) ? ".everySteps(" + everySteps + ")" : "")
                + (recalibrate ? "" : ".recalibrate(false)");
    }
}
