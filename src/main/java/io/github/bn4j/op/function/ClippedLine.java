package io.github.bn4j.op.function;

import static io.github.bn4j.internal.Ranges.checkFinite;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A straight line between 0 and 1, also called hard sigmoid: {@code min(max(slope · x + offset, 0), 1)}. Slope and offset are 1/6 and
 * 0.5 in PyTorch and Keras, 0.2 and 0.5 by default in ONNX.
 *
 * @param slope of the line
 * @param offset its value at 0
 */
public record ClippedLine(double slope, double offset) implements ElementwiseFunction {

    /** As in PyTorch. */
    public static final ClippedLine SIXTH = new ClippedLine(1.0 / 6, 0.5);

    /** Refuses NaN and infinity. */
    public ClippedLine {
        checkFinite("ClippedLine", "slope", slope);
        checkFinite("ClippedLine", "offset", offset);
    }

    @Override
    public INDArray value(INDArray x) {
        return Intervals.clip(line(x), 0, 1);
    }

    @Override
    public INDArray derivative(INDArray x) {
        return Intervals.within(line(x), 0, 1).muli(slope);
    }

    private INDArray line(INDArray x) {
        return x.mul(slope).addi(offset);
    }
}
