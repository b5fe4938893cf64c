package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkWindow;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.SpatialPadding;

/**
 * The mean of each window. Input {@code [channels, height, width]}, output {@code [channels, outHeight, outWidth]}; learns
 * nothing. Padding is of zeros, and less than what the window spans.
 *
 * @param window its size and how it moves; by default windows touch but do not overlap, without padding and dilation
 * @param ceilMode whether rows and columns behind the last whole window get a window that reaches beyond them; false (default)
 *     leaves them out
 * @param countPadding whether the zeros of the padding count in the mean; false (default) divides by the number of elements of
 *     the image in the window
 */
public record AvgPool2d(Window window, boolean ceilMode, boolean countPadding) implements Windowed<AvgPool2d> {

    public AvgPool2d {
        Window.check("AvgPool2d", window);
        // The padding may be set before the kernel, so the op compares them.
        checkWindow("AvgPool2d", window.kernel().height(), window.kernel().width());
    }

    /** Square windows that touch but do not overlap, without padding. */
    public static AvgPool2d of(int kernel) {
        return of(kernel, kernel);
    }

    /** Windows of the given rows and columns that touch but do not overlap, without padding. */
    public static AvgPool2d of(int kernelHeight, int kernelWidth) {
        return new AvgPool2d(Window.tile(kernelHeight, kernelWidth), false, false);
    }

    @Override
    public AvgPool2d window(Window window) {
        return new AvgPool2d(window, ceilMode, countPadding);
    }

    /**
     * Rounds the number of windows up, or, by default, down: {@code ⌈(height + top + bottom − dilation (kernelHeight − 1) − 1) /
     * stride⌉ + 1}, less 1 where the last window would begin in the padding; width likewise. What lies beyond image and
     * padding never counts in a mean.
     */
    public AvgPool2d ceilMode(boolean ceilMode) {
        return new AvgPool2d(window, ceilMode, countPadding);
    }

    /** Counts the zeros of the padding in the mean, or, by default, leaves them out of it. PyTorch counts them unless told otherwise. */
    public AvgPool2d countPadding(boolean countPadding) {
        return new AvgPool2d(window, ceilMode, countPadding);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.require(x);
        Sliding rows = window.rows(image.dim(1), ceilMode);
        Sliding columns = window.columns(image.dim(2), ceilMode);
        Sliding wholeRows = window.rows(image.dim(1), false);
        Sliding wholeColumns = window.columns(image.dim(2), false);
        if (!countPadding || (rows.equals(wholeRows) && columns.equals(wholeColumns))) {
            return scope.apply(pooling(rows, columns, countPadding), x);
        }
        Value padded = scope.apply(
                new SpatialPadding(
                        wholeRows.before(),
                        wholeRows.after(),
                        wholeColumns.before(),
                        wholeColumns.after(),
                        SpatialPadding.Mode.CONSTANT),
                x);
        return scope.apply(
                pooling(
                        rows.padded(0, rows.after() - wholeRows.after()),
                        columns.padded(0, columns.after() - wholeColumns.after()),
                        false),
                padded);
    }

    private AveragePooling pooling(Sliding rows, Sliding columns, boolean countPadding) {
        return new AveragePooling(window.kernel().height(), window.kernel().width(), rows, columns, countPadding);
    }

    @Override
    public String toString() {
        return "AvgPool2d(" + window.description(window.kernel()) + (ceilMode ? ", ceil mode" : "")
                + (countPadding ? ", padding counts" : "") + ")";
    }
}
