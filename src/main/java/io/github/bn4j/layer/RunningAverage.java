package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;

/**
 * How running statistics follow the batches, named by direction because "momentum" means opposite things in different
 * libraries.
 *
 * @param newWeight weight of the new value, from 0 to 1; the old one weighs the rest
 */
public record RunningAverage(double newWeight) {

    /** Checks the number. */
    public RunningAverage {
        checkArgument(
                newWeight > 0 && newWeight <= 1,
                "RunningAverage expects a weight of the new value above 0 and up to 1 but got %s",
                newWeight);
    }

    /** The old value weighs {@code weight} in each step: 0.9 is PyTorch's momentum 0.1 and Keras's momentum 0.9. */
    public static RunningAverage keep(double weight) {
        return new RunningAverage(1 - weight);
    }

    /** The new value weighs {@code weight} in each step. */
    public static RunningAverage newWeight(double weight) {
        return new RunningAverage(weight);
    }

    @Override
    public String toString() {
        return String.format(java.util.Locale.ROOT, "keep %.4g, new weight %.4g", 1 - newWeight, newWeight);
    }
}
