package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Locale;

/**
 * How running statistics follow the batches, named by direction because "momentum" means opposite things in different
 * libraries.
 *
 * @param newWeight weight of the new value, from 0 to 1; the old one weighs the rest. 0 stands for {@link #cumulative}.
 */
public record RunningAverage(double newWeight) {

    public RunningAverage {
        checkArgument(
                newWeight >= 0 && newWeight <= 1,
                "RunningAverage expects a weight of the new value from 0 to 1 but got %s",
                newWeight);
    }

    /** The old value weighs {@code weight} in each step: 0.9 is PyTorch's momentum 0.1 and Keras's momentum 0.9. */
    public static RunningAverage keep(double weight) {
        checkArgument(
                weight >= 0 && weight < 1,
                "RunningAverage.keep expects a weight of the old value from 0 to below 1 but got %s",
                weight);
        return new RunningAverage(1 - weight);
    }

    /** The new value weighs {@code weight} in each step. */
    public static RunningAverage newWeight(double weight) {
        checkArgument(
                weight > 0 && weight <= 1,
                "RunningAverage.newWeight expects a weight of the new value above 0 and up to 1 but got %s",
                weight);
        return new RunningAverage(weight);
    }

    /**
     * The plain mean of all batches since the start: value {@code k} weighs {@code 1 / k}, which is PyTorch's momentum
     * {@code None}. The layer keeps the number of its updates as state.
     */
    public static RunningAverage cumulative() {
        return new RunningAverage(0);
    }

    @Override
    public String toString() {
        return newWeight == 0
                ? "cumulative"
                : String.format(Locale.ROOT, "keep %.4g, new weight %.4g", 1 - newWeight, newWeight);
    }
}
