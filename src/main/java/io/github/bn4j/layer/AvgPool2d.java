package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkPadding;
import static io.github.bn4j.internal.Ranges.checkWindow;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.AveragePooling;

/**
 * The mean of each window. Input {@code [channels, height, width]}, output {@code [channels, outHeight, outWidth]}; learns
 * nothing.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param strideHeight rows between neighbouring windows
 * @param strideWidth columns between neighbouring windows
 * @param paddingHeight rows of zeros above and below
 * @param paddingWidth columns of zeros left and right
 * @param countPadding whether those zeros count in the mean; false (default) averages what is there
 */
public record AvgPool2d(
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int paddingHeight,
        int paddingWidth,
        boolean countPadding)
        implements Layer {

    public AvgPool2d {
        checkWindow("AvgPool2d", kernelHeight, kernelWidth, strideHeight, strideWidth);
        // The padding may be set before the kernel, so the op compares them.
        checkPadding("AvgPool2d", paddingHeight, paddingWidth);
    }

    /** Square windows that touch but do not overlap, without padding. */
    public static AvgPool2d of(int kernel) {
        return of(kernel, kernel);
    }

    /** Windows of the given rows and columns that touch but do not overlap, without padding. */
    public static AvgPool2d of(int kernelHeight, int kernelWidth) {
        return new AvgPool2d(kernelHeight, kernelWidth, kernelHeight, kernelWidth, 0, 0, false);
    }

    /** Sets the window to {@code height} rows and {@code width} columns, at least 1 each; the stride stays what it was. */
    public AvgPool2d kernel(int height, int width) {
        return new AvgPool2d(height, width, strideHeight, strideWidth, paddingHeight, paddingWidth, countPadding);
    }

    /** Sets the rows, and columns, from one window to the next, at least 1; by default those of the window. */
    public AvgPool2d stride(int stride) {
        return stride(stride, stride);
    }

    /** Sets the rows and the columns from one window to the next, at least 1 each; by default those of the window. */
    public AvgPool2d stride(int height, int width) {
        return new AvgPool2d(kernelHeight, kernelWidth, height, width, paddingHeight, paddingWidth, countPadding);
    }

    /** Puts {@code padding} rows or columns of zeros on every side of the image, by default none. */
    public AvgPool2d padding(int padding) {
        return padding(padding, padding);
    }

    /**
     * Puts {@code height} rows of zeros above and below the image, and {@code width} columns left and right; by default none.
     */
    public AvgPool2d padding(int height, int width) {
        return new AvgPool2d(kernelHeight, kernelWidth, strideHeight, strideWidth, height, width, countPadding);
    }

    /** Counts the zeros of the padding in the mean, or, by default, leaves them out of it. */
    public AvgPool2d countPadding(boolean countPadding) {
        return new AvgPool2d(
                kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth, countPadding);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(
                new AveragePooling(
                        kernelHeight,
                        kernelWidth,
                        strideHeight,
                        strideWidth,
                        paddingHeight,
                        paddingWidth,
                        countPadding),
                x);
    }

    @Override
    public String toString() {
        return "AvgPool2d(" + Describe.pair(kernelHeight, kernelWidth)
                + Describe.unless(strideHeight, strideWidth, kernelHeight, kernelWidth, "stride")
                + Describe.unless(paddingHeight, paddingWidth, 0, "padding") + (countPadding ? ", padding counts" : "")
                + ")";
    }
}
