package io.github.bn4j.train;

import io.github.bn4j.graph.Parameter;
import java.io.Serializable;
import java.util.List;

/**
 * How gradients change parameters. Immutable settings, best as a record; what has to be remembered between steps lies in slots
 * that the training keeps. One of your own is as good as those here:
 *
 * <pre>{@code
 * record SignDescent(double learningRate) implements Optimizer {
 *     public void step(Update update) {
 *         update.parameters().subi(Transforms.sign(update.gradients()).muli(update.rate()));
 *     }
 * }
 * }</pre>
 *
 * <p>One with weight decay of its own is a {@link DecayingOptimizer}; for any other, what decays has its L2 penalty added to
 * its gradient first.
 */
public interface Optimizer extends Serializable {

    /** The learning rate, which a {@link Schedule} multiplies; the product comes in as {@link Update#rate}. */
    double learningRate();

    /** The names of what it remembers: one number for each element of the parameters and each name, 0 at first; none by default. */
    default List<String> slots() {
        return List.of();
    }

    /**
     * Whether each parameter comes in an update of its own, in its shape and with its name, as norms of layers and products of
     * matrices need it. By default updates are ranges of the flat vector of all parameters, as few as there can be, which is
     * faster.
     */
    default boolean oneByOne() {
        return false;
    }

    /**
     * Refuses parameters that it is not made for; by default it is for any.
     *
     * @throws IllegalArgumentException if there is something wrong with them
     */
    default void check(List<Parameter> trained) {}

    /**
     * Takes one step on a part of the parameters; it is called for each part. New arrays are gone when it returns.
     *
     * @param update the parameters and what was remembered of them, modified; their gradients, which may be modified
     */
    void step(Update update);

    /**
     * How far a step moves a parameter at most, in learning rates and without weight decay. A training copies parameters and
     * slots before each step, in case that it leaves NaN or infinity; where this shows that it cannot, there is no need.
     *
     * @param gradient no gradient is larger in size, in this step and in those before
     * @return infinity, the default, if there is no such bound, or numbers in the slots may overflow
     */
    default double largestStep(double gradient) {
        return Double.POSITIVE_INFINITY;
    }
}
