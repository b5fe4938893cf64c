package io.github.bn4j.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/** How gradients change parameters. Immutable settings; what has to be remembered between steps comes in as slots. */
public interface Optimizer {

    /** How many vectors like the parameters it needs to remember; they start as zeros. */
    int slots();

    /**
     * Takes one step on a range of the flat parameter vector. New arrays are gone when it returns.
     *
     * @param step number of the step, from 1
     * @param parameters the values. Modified.
     * @param gradients their gradients. Not modified.
     * @param slots what was remembered. Modified.
     * @param decays whether weight decay applies to this range
     */
    void step(long step, INDArray parameters, INDArray gradients, INDArray[] slots, boolean decays);

    /**
     * A size that no parameter exceeds after a step. A training copies parameters and slots before each step, in case that it
     * leaves NaN or infinity; where this says that it cannot, there is no need.
     *
     * @param gradient no gradient, of this step or one before, is larger in size; and no number in the slots was, at some step
     * @param parameter no parameter, from that step on, is larger in size
     * @return infinity, the default, if there is none, or numbers in the slots may overflow
     */
    default double largestAfter(double gradient, double parameter) {
        return Double.POSITIVE_INFINITY;
    }

    /**
     * Multiplies the learning rate by {@code factor}, for a {@link Schedule}; yields another optimiser.
     *
     * @param factor above 0
     * @throws IllegalStateException if this optimiser has none that can be changed; the default
     */
    default Optimizer scaled(double factor) {
        throw new IllegalStateException("schedule expects an optimizer with a learning rate that it can scale but got "
                + this + "; override scaled");
    }
}
