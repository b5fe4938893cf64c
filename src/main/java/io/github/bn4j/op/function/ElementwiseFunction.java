package io.github.bn4j.op.function;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function of one number, with its derivative. Arrays have the type of the network, float32 or float64, and any shape.
 *
 * <p>A function passes on NaN, and has its limits at infinity. To be saved with a network it must be a record of what an op
 * may consist of, or a constant of an enum.
 */
public interface ElementwiseFunction {

    /** The function of each element, in the type and shape of {@code x}. {@code x} is not modified. */
    INDArray value(INDArray x);

    /**
     * The derivative at each element, in the type and shape of {@code x}; where it jumps, any number between the two sides.
     * {@code x} is not modified.
     */
    INDArray derivative(INDArray x);

    /** Whether {@code f(s x) = s f(x)} for every {@code s > 0}, so that a positive scale passes. */
    default boolean homogeneous() {
        return false;
    }

    /** Whether {@code f(x + c) − f(x)} is one constant for all {@code x}, so that a shift passes. */
    default boolean affine() {
        return false;
    }

    /**
     * Whether it goes along with {@code x} above 0 and holds back below, like ReLU: what people put between layers rather than
     * behind the last one.
     */
    default boolean rectifies() {
        return false;
    }

    /** A short name for people: the simple class name. */
    default String label() {
        return getClass().getSimpleName();
    }
}
