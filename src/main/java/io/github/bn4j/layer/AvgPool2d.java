package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.AveragePooling;

/**
 * The mean of each window. Input {@code [channels, height, width]}, output {@code [channels, outHeight, outWidth]}; learns
 * nothing.
 *
 * @param kernel rows and columns of the window
 * @param stride rows and columns between neighbouring windows
 * @param padding rows and columns of zeros on every side
 * @param countPadding whether those zeros count in the mean; false (default) averages what is there
 */
public record AvgPool2d(int kernel, int stride, int padding, boolean countPadding) implements Layer {

    /** Windows that touch but do not overlap, without padding. */
    public static AvgPool2d of(int kernel) {
        return new AvgPool2d(kernel, kernel, 0, false);
    }

    /** The same with another stride. */
    public AvgPool2d stride(int stride) {
        return new AvgPool2d(kernel, stride, padding, countPadding);
    }

    /** The same with padding. */
    public AvgPool2d padding(int padding) {
        return new AvgPool2d(kernel, stride, padding, countPadding);
    }

    /** The same with padding that counts in the mean, or not. */
    public AvgPool2d countPadding(boolean countPadding) {
        return new AvgPool2d(kernel, stride, padding, countPadding);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(new AveragePooling(kernel, kernel, stride, stride, padding, padding, countPadding), x);
    }

    @Override
    public String toString() {
        return "AvgPool2d(" + Describe.pair(kernel, kernel) + Describe.unless(stride, stride, kernel, "stride")
                + Describe.unless(padding, padding, 0, "padding") + (countPadding ? ", padding counts" : "") + ")";
    }
}
