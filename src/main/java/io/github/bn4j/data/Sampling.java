package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkGiven;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which examples an epoch of a training has, and in what order: by default all of them, shuffled. A function of the data and of a seed
 * that each epoch has another of, and of nothing else, so that a training goes on as if it had not stopped. Yours is a lambda such
 * as {@code (data, seed) -> rows}.
 */
@FunctionalInterface
public interface Sampling extends Serializable {

    /**
     * The rows of an epoch.
     *
     * @param data what is trained on
     * @param seed that of the epoch
     * @return numbers of examples in order, any of them any number of times; as many in each epoch
     * @throws IllegalArgumentException if this is not for such data
     */
    int[] rows(Dataset data, long seed);

    /** All examples, in an order drawn anew for each epoch. */
    static Sampling shuffled() {
        return new NamedSampling("shuffled()", Dataset::shuffled);
    }

    /** All examples as they are in the data. */
    static Sampling inOrder() {
        return new NamedSampling(
                "inOrder()", (data, seed) -> IntStream.range(0, data.size()).toArray());
    }

    /**
     * As many examples as there are, each drawn by itself with a probability in proportion to its weight: some are seen several times in
     * an epoch, and some not. PyTorch's {@code WeightedRandomSampler}.
     *
     * @param perExample a finite number of at least 0 for each example, not all of them 0
     */
    static Sampling weighted(double... perExample) {
        return new WeightedSampling(Arrays.stream(checkGiven(perExample, "Sampling.weighted", "a weight per example"))
                .boxed()
                .toList());
    }

    /**
     * As many examples as there are, of all classes equally many, in each batch too: where classes are rare, their examples come again and
     * again, each as often as any other of its class, and of the others come others in each epoch. The network then learns that classes
     * are equally frequent, and running averages of batch normalisations are those of such data: {@code recalibrate(data)} measures
     * them anew.
     */
    static Sampling balanced() {
        return new ClassSampling(List.of());
    }

    /**
     * As many examples as there are, of each class such a share as is said, in each batch too; else like {@link #balanced}.
     *
     * @param shares of each class, from class 0 on: finite numbers of at least 0, not all of them 0; only their proportions count
     */
    static Sampling byClass(double... shares) {
        checkGiven(shares, "Sampling.byClass", "a share for each class");
        return new ClassSampling(Arrays.stream(shares).boxed().toList()).requireShares();
    }
}
