package io.github.bn4j.op.function;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Parts of the axis of numbers. */
final class Intervals {

    private Intervals() {}

    /** 1 where {@code x > 0}, else 0. */
    static INDArray positive(INDArray x) {
        return x.gt(0).castTo(x.dataType());
    }

    /** 1 where {@code lower < x < upper}, else 0. */
    static INDArray within(INDArray x, double lower, double upper) {
        return x.gt(lower).castTo(x.dataType()).muli(x.lt(upper).castTo(x.dataType()));
    }

    /** {@code min(max(x, lower), upper)}. */
    static INDArray clip(INDArray x, double lower, double upper) {
        INDArray raised = Transforms.max(x, lower, true);
        return passNan(Transforms.min(raised, upper, false), x);
    }

    /** Makes NaN of {@code y} where {@code x} is, which ND4J's minimum, maximum and sign do not. */
    static INDArray passNan(INDArray y, INDArray x) {
        return y.addi(Transforms.hardTanh(x, true).muli(0.0));
    }
}
