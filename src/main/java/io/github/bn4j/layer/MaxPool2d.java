package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MaxPooling;

/**
 * The largest element of each window. Input {@code [channels, height, width]}, output {@code [channels, outHeight,
 * outWidth]}; learns nothing. Padding counts as −∞.
 *
 * @param kernel rows and columns of the window
 * @param stride rows and columns between neighbouring windows
 * @param padding rows and columns of padding on every side
 */
public record MaxPool2d(int kernel, int stride, int padding) implements Layer {

    /** Windows that touch but do not overlap, without padding. */
    public static MaxPool2d of(int kernel) {
        return new MaxPool2d(kernel, kernel, 0);
    }

    /** The same with another stride. */
    public MaxPool2d stride(int stride) {
        return new MaxPool2d(kernel, stride, padding);
    }

    /** The same with padding. */
    public MaxPool2d padding(int padding) {
        return new MaxPool2d(kernel, stride, padding);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(new MaxPooling(kernel, kernel, stride, stride, padding, padding), x);
    }

    @Override
    public String toString() {
        return "MaxPool2d(" + Describe.pair(kernel, kernel) + Describe.unless(stride, stride, kernel, "stride")
                + Describe.unless(padding, padding, 0, "padding") + ")";
    }
}
