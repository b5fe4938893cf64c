package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.op.Sliding;

/**
 * The window that a convolution or pooling moves over its image. The layer that gets it refuses numbers that it cannot have, so
 * that the message names the layer.
 *
 * @param kernel rows and columns of the window, at least 1 each
 * @param stride rows and columns from one window to the next, at least 1 each
 * @param padding what is put around the image
 * @param dilation rows and columns from one tap of the window to the next, at least 1 each
 */
public record Window(Size kernel, Size stride, Padding padding, Size dilation) {

    private static final Size ONE = Size.square(1);

    /** A window that moves by one row or column, without padding and dilation. */
    public static Window of(int kernel) {
        return new Window(Size.square(kernel), ONE, Padding.VALID, ONE);
    }

    /** A window that moves by its own height and width, so that neighbours touch but do not overlap, without padding. */
    static Window tile(int height, int width) {
        Size kernel = new Size(height, width);
        return new Window(kernel, kernel, Padding.VALID, ONE);
    }

    /** Sets the rows and columns of the window. */
    public Window kernel(Size kernel) {
        return new Window(kernel, stride, padding, dilation);
    }

    /** Sets the rows and columns from one window to the next. */
    public Window stride(Size stride) {
        return new Window(kernel, stride, padding, dilation);
    }

    /** Sets what is put around the image. */
    public Window padding(Padding padding) {
        return new Window(kernel, stride, padding, dilation);
    }

    /** Sets the rows and columns from one tap of the window to the next. */
    public Window dilation(Size dilation) {
        return new Window(kernel, stride, padding, dilation);
    }

    /** Refuses what no layer can have; the kernel and padding may still follow from each other. */
    static void check(String who, Window window) {
        checkGiven(window, who, "a Window");
        checkGiven(window.kernel, who, "a Size for the kernel");
        checkGiven(window.stride, who, "a Size for the stride");
        checkGiven(window.padding, who, "a Padding such as VALID, SAME or Padding.of(1)");
        checkGiven(window.dilation, who, "a Size for the dilation");
        checkArgument(window.kernel.isAtLeast(1), "%s expects a kernel of at least 1×1 but got %s", who, window.kernel);
        checkArgument(window.stride.isAtLeast(1), "%s expects strides of at least 1 but got %s", who, window.stride);
        checkArgument(
                window.dilation.isAtLeast(1), "%s expects dilations of at least 1 but got %s", who, window.dilation);
        if (window.padding instanceof Padding.Explicit sides) {
            Padding.Explicit.check(who, sides);
        }
    }

    /** How the window moves down an image of {@code height} rows. */
    Sliding rows(long height) {
        return padding instanceof Padding.Explicit sides
                ? new Sliding(stride.height(), sides.top(), sides.bottom(), dilation.height())
                : same(kernel.height(), stride.height(), dilation.height(), height);
    }

    /** How the window moves along an image of {@code width} columns. */
    Sliding columns(long width) {
        return padding instanceof Padding.Explicit sides
                ? new Sliding(stride.width(), sides.left(), sides.right(), dilation.width())
                : same(kernel.width(), stride.width(), dilation.width(), width);
    }

    /** How the window of a pooling moves down an image, if the number of windows may be rounded up. */
    Sliding rows(long height, boolean ceilMode) {
        return ceilMode ? roundedUp(rows(height), height, kernel.height()) : rows(height);
    }

    /** How the window of a pooling moves along an image, if the number of windows may be rounded up. */
    Sliding columns(long width, boolean ceilMode) {
        return ceilMode ? roundedUp(columns(width), width, kernel.width()) : columns(width);
    }

    /* One more window is the same as padding that it fits into, as PyTorch has it. */
    static Sliding roundedUp(Sliding sliding, long length, int kernel) {
        long stride = sliding.stride();
        long span = sliding.reach(kernel);
        long rest = length + sliding.before() + sliding.after() - span;
        long steps = Math.floorDiv(rest + stride - 1, stride);
        if (steps * stride >= length + sliding.before()) {
            steps--;
        }
        long after = steps * stride + span - length - sliding.before();
        return sliding.padded(sliding.before(), Math.toIntExact(Math.max(sliding.after(), after)));
    }

    /** How a window moves that has as many places as elements by the stride, rounded up. */
    static Sliding same(int kernel, int stride, int dilation, long length) {
        long windows = (length + stride - 1) / stride;
        Sliding sliding = Sliding.by(stride).dilated(dilation);
        long missing = sliding.stretch(windows, kernel) - length;
        int total = Math.toIntExact(Math.max(0, missing));
        return sliding.padded(total / 2, total - total / 2);
    }

    /** What differs from stride {@code usual}, no padding and no dilation. */
    String description(Size usual) {
        return kernel
                + (stride.equals(usual) ? "" : ", stride " + stride)
                + (padding.equals(Padding.VALID) ? "" : ", " + padding)
                + (dilation.equals(ONE) ? "" : ", dilation " + dilation);
    }

    /** What differs from stride 1, no padding and no dilation. */
    String description() {
        return description(ONE);
    }
}
