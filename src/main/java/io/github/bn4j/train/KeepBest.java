package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.Comparator;

/**
 * Which network of a training is the best, and in which state it is judged and stored.
 *
 * @param measure what is compared after each epoch
 * @param recalibrate whether running averages are replaced by the exact statistics of the training data first, in a copy:
 *     the training goes on with its own
 */
public record KeepBest(Measure measure, boolean recalibrate) {

    public KeepBest {
        checkGiven(measure, "KeepBest", "a Measure");
    }

    /** What is compared after each epoch. */
    public enum Measure {
        /** The validation loss; smaller is better. */
        LOSS,
        /** The validation accuracy, then the loss. */
        ACCURACY
    }

    /** The smallest validation loss. */
    public static KeepBest byLoss() {
        return new KeepBest(Measure.LOSS, false);
    }

    /** The largest validation accuracy; of equal ones the one with the smallest loss. */
    public static KeepBest byAccuracy() {
        return new KeepBest(Measure.ACCURACY, false);
    }

    /**
     * Replaces running averages by the exact statistics of the training data, in what is judged, reported in the history and
     * stored; the training goes on with its own. Takes passes over the training data after each epoch.
     */
    public KeepBest recalibrated() {
        return new KeepBest(measure, true);
    }

    /**
     * The best epoch of a training that was judged like this.
     *
     * @throws IllegalStateException if there is no epoch
     */
    public Epoch of(History history) {
        Epoch best = history.last();
        for (int i = history.epochs().size() - 2; i >= 0; i--) {
            Epoch earlier = history.epochs().get(i);
            best = isBetter(best, earlier) ? best : earlier;
        }
        return best;
    }

    /** Whether {@code candidate} is better; of equal ones the earlier stays. NaN is never better. */
    boolean isBetter(Epoch candidate, Epoch best) {
        Comparator<Epoch> byLoss = Comparator.comparingDouble(Epoch::validationLoss);
        Comparator<Epoch> order = measure == Measure.LOSS
                ? byLoss
                : Comparator.comparingDouble((Epoch epoch) -> -epoch.validationAccuracy())
                        .thenComparing(byLoss);
        return order.compare(candidate, best) < 0;
    }
}
