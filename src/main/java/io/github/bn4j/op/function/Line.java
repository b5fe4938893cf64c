package io.github.bn4j.op.function;

import static io.github.bn4j.internal.Ranges.checkFinite;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@code slope · x + offset}.
 *
 * @param slope factor
 * @param offset addend
 */
public record Line(double slope, double offset) implements ElementwiseFunction {

    /** Refuses NaN and infinity. */
    public Line {
        checkFinite("Line", "slope", slope);
        checkFinite("Line", "offset", offset);
    }

    @Override
    public INDArray value(INDArray x) {
        return x.mul(slope).addi(offset);
    }

    @Override
    public INDArray derivative(INDArray x) {
        return Nd4j.zerosLike(x).addi(slope);
    }

    @Override
    public boolean homogeneous() {
        return offset == 0;
    }

    @Override
    public boolean affine() {
        return true;
    }
}
