package io.github.bn4j.op.function;

import static io.github.bn4j.internal.Ranges.checkBounds;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code min(max(x, lower), upper)}, with derivative 0 at the bounds and beyond.
 *
 * @param lower least result, or {@code −∞} for none
 * @param upper largest result, at least {@code lower}, or {@code ∞} for none
 */
public record Clipping(double lower, double upper) implements ElementwiseFunction {

    /** Refuses NaN, and bounds in the wrong order. */
    public Clipping {
        checkBounds("Clipping", lower, upper);
    }

    @Override
    public INDArray value(INDArray x) {
        return Intervals.clip(x, lower, upper);
    }

    @Override
    public INDArray derivative(INDArray x) {
        return Intervals.within(x, lower, upper);
    }

    @Override
    public boolean rectifies() {
        return lower == 0;
    }
}
