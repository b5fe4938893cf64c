package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;

import java.io.Serializable;

/**
 * Which network of a training is the best, and in which state it is judged and stored.
 *
 * @param metric the name of what is compared after each epoch: {@code loss}, {@code accuracy}, or that of a metric of {@link
 *     Trainer#metrics}, which knows whether larger is better. Of equal ones the one with the smaller validation loss is better.
 * @param recalibrate whether running averages are replaced by the exact statistics of the training data first, in a copy:
 *     the training goes on with its own
 */
public record KeepBest(String metric, boolean recalibrate) implements Serializable {

    public KeepBest {
        checkGiven(metric, "KeepBest", "the name of a metric");
    }

    /** The smallest validation loss. */
    public static KeepBest byLoss() {
        return by(Watched.LOSS);
    }

    /** The largest validation accuracy; of equal ones the one with the smallest loss. */
    public static KeepBest byAccuracy() {
        return by(Watched.ACCURACY);
    }

    /** The best value of a metric, which is told of by its name in {@link Trainer#metrics}. */
    public static KeepBest by(String metric) {
        return new KeepBest(metric, false);
    }

    /**
     * Replaces running averages by the exact statistics of the training data, in what is judged, reported in the history and
     * stored; the training goes on with its own. Takes passes over the training data after each epoch.
     */
    public KeepBest recalibrated() {
        return new KeepBest(metric, true);
    }

    /**
     * The best epoch of a training that was judged like this.
     *
     * @throws IllegalStateException if there is no epoch
     */
    public Epoch of(History history) {
        return history.best(metric);
    }
}
