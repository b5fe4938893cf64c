package io.github.bn4j.op.function;

import static io.github.bn4j.internal.Ranges.checkFinite;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code x} where positive, else {@code slope · x}.
 *
 * @param slope factor below 0
 */
public record LeakyRectifier(double slope) implements ElementwiseFunction {

    /** Refuses NaN and infinity. */
    public LeakyRectifier {
        checkFinite("LeakyRectifier", "slope", slope);
    }

    @Override
    public INDArray value(INDArray x) {
        return x.mul(derivative(x));
    }

    @Override
    public INDArray derivative(INDArray x) {
        return Intervals.positive(x).muli(1 - slope).addi(slope);
    }

    @Override
    public boolean homogeneous() {
        return true;
    }

    @Override
    public boolean rectifies() {
        return true;
    }
}
