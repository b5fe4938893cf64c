package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkWindow;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MaxPooling;

/**
 * The largest element of each window. Input {@code [channels, height, width]}, output {@code [channels, outHeight,
 * outWidth]}; learns nothing. Padding counts as −∞, and is less than what the window spans.
 *
 * @param window its size and how it moves; by default windows touch but do not overlap, without padding and dilation
 * @param ceilMode whether rows and columns behind the last whole window get a window that reaches beyond them; false (default)
 *     leaves them out
 */
public record MaxPool2d(Window window, boolean ceilMode) implements Windowed<MaxPool2d> {

    public MaxPool2d {
        Window.check("MaxPool2d", window);
        // The padding may be set before the kernel, so the op compares them.
        checkWindow("MaxPool2d", window.kernel().height(), window.kernel().width());
    }

    /** Square windows that touch but do not overlap, without padding. */
    public static MaxPool2d of(int kernel) {
        return of(kernel, kernel);
    }

    /** Windows of the given rows and columns that touch but do not overlap, without padding. */
    public static MaxPool2d of(int kernelHeight, int kernelWidth) {
        return new MaxPool2d(Window.tile(kernelHeight, kernelWidth), false);
    }

    @Override
    public MaxPool2d window(Window window) {
        return new MaxPool2d(window, ceilMode);
    }

    /**
     * Rounds the number of windows up, or, by default, down: {@code ⌈(height + top + bottom − dilation (kernelHeight − 1) − 1) /
     * stride⌉ + 1}, less 1 where the last window would begin in the padding; width likewise. What lies beyond counts as −∞.
     */
    public MaxPool2d ceilMode(boolean ceilMode) {
        return new MaxPool2d(window, ceilMode);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.require(x);
        Size kernel = window.kernel();
        return scope.apply(
                new MaxPooling(
                        kernel.height(),
                        kernel.width(),
                        window.rows(image.dim(1), ceilMode),
                        window.columns(image.dim(2), ceilMode)),
                x);
    }

    @Override
    public String toString() {
        return "MaxPool2d(" + window.description(window.kernel()) + (ceilMode ? ", ceil mode" : "") + ")";
    }
}
