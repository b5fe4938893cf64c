package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;
import java.io.Serializable;

/**
 * Changes gradients between the network and the optimiser, whichever that is. Yours is a lambda, best one that prints itself.
 *
 * <p>It sees the gradients of a whole step, averaged over its batches, before any weight decay joins them; they are finite.
 */
@FunctionalInterface
public interface GradientChange extends Serializable {

    /**
     * Changes the gradients of a step. New arrays are gone when it returns.
     *
     * @param parameters {@code gradients()} has all gradients as one flat vector, {@code gradient(name)} that of one parameter,
     *     {@code all()} names and shapes. Gradients are modified, values are not.
     */
    void apply(Parameters parameters);

    /**
     * Sets each element to the nearest number from {@code -largest} to {@code largest}.
     *
     * @param largest above 0
     */
    static GradientChange clipValue(double largest) {
        return new ClipValue(largest);
    }

    /**
     * Shortens all gradients together, in proportion, where their Euclidean norm exceeds {@code longest}: they are multiplied by
     * {@code longest / (norm + 1e-6)}, as in PyTorch (Pascanu, Mikolov and Bengio 2013, algorithm 1). The norm is added up in
     * double precision.
     *
     * @param longest above 0
     */
    static GradientChange clipNorm(double longest) {
        return new ClipNorm(longest, false);
    }

    /**
     * Shortens the gradient of each parameter by itself where its Euclidean norm exceeds {@code longest}, as
     * {@link #clipNorm(double)} does all together.
     *
     * @param longest above 0
     */
    static GradientChange clipEachNorm(double longest) {
        return new ClipNorm(longest, true);
    }
}
