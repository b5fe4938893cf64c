package io.github.bn4j.op.function;

import static io.github.bn4j.internal.Ranges.checkFinite;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * {@code x} to a fixed power; NaN below 0 unless the exponent is whole.
 *
 * @param exponent any number
 */
public record Power(double exponent) implements ElementwiseFunction {

    /** Refuses NaN and infinity. */
    public Power {
        checkFinite("Power", "exponent", exponent);
    }

    @Override
    public INDArray value(INDArray x) {
        return Transforms.pow(x, exponent, true);
    }

    @Override
    public INDArray derivative(INDArray x) {
        return exponent == 0
                ? Nd4j.zerosLike(x)
                : Transforms.pow(x, exponent - 1, true).muli(exponent);
    }

    @Override
    public boolean homogeneous() {
        return exponent == 1;
    }

    @Override
    public boolean affine() {
        return exponent == 0 || exponent == 1;
    }
}
