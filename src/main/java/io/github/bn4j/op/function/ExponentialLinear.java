package io.github.bn4j.op.function;

import static io.github.bn4j.internal.Ranges.checkFinite;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * {@code x} where positive, else {@code alpha (eˣ − 1)} (Clevert et al. 2016, equation 15).
 *
 * @param alpha factor below 0
 */
public record ExponentialLinear(double alpha) implements ElementwiseFunction {

    /** Refuses NaN and infinity. */
    public ExponentialLinear {
        checkFinite("ExponentialLinear", "alpha", alpha);
    }

    @Override
    public INDArray value(INDArray x) {
        INDArray below = Transforms.expm1(Transforms.min(x, 0.0, true), true).muli(alpha);
        return below.addi(Transforms.relu(x, true));
    }

    @Override
    public INDArray derivative(INDArray x) {
        INDArray above = Intervals.positive(x);
        return Transforms.exp(Transforms.min(x, 0.0, true), true)
                .muli(alpha)
                .muli(above.rsub(1.0))
                .addi(above);
    }

    @Override
    public boolean rectifies() {
        return true;
    }
}
