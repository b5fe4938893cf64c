package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.io.Serializable;

/**
 * When a training ends before its last epoch: when a metric has not got better for a while. Whether larger or smaller is better
 * the metric knows.
 *
 * @param metric the name of a metric of {@link Trainer#metrics}, {@code "loss"} for the validation loss, or {@code "accuracy"} of a
 *     classification
 * @param patience how many epochs in a row without a gain end the training
 * @param leastGain what the metric has to differ from its value at the last gain by, for another one
 * @param restoreBest whether the network ends as it was after its best epoch
 */
public record EarlyStopping(String metric, int patience, double leastGain, boolean restoreBest)
        implements Serializable {

    public EarlyStopping {
        checkGiven(metric, "EarlyStopping", "the name of a metric");
        checkArgument(
                patience >= 1,
                "EarlyStopping expects a patience of at least 1 epoch but got %s; 1 ends at the first epoch without a"
                        + " gain",
                patience);
        checkArgument(
                leastGain >= 0 && Double.isFinite(leastGain),
                "EarlyStopping expects a least gain of at least 0 but got %s; gains are positive whatever the"
                        + " direction",
                leastGain);
    }

    /** Ends after 10 epochs in a row in which the metric did not get better, and restores the best. */
    public static EarlyStopping on(String metric) {
        return new EarlyStopping(metric, 10, 0, true);
    }

    /** Sets how many epochs in a row without a gain end the training, at least 1, by default 10. */
    public EarlyStopping patience(int epochs) {
        return new EarlyStopping(metric, epochs, leastGain, restoreBest);
    }

    /**
     * Sets what a gain has to exceed, in the unit of the metric and at least 0 (default). It is measured from the value at the
     * last gain, so that small steps in the same direction add up.
     */
    public EarlyStopping leastGain(double gain) {
        return new EarlyStopping(metric, patience, gain, restoreBest);
    }

    /** Says whether the network ends as it was after its best epoch (default) or after its last. */
    public EarlyStopping restoreBest(boolean restore) {
        return new EarlyStopping(metric, patience, leastGain, restore);
    }
}
