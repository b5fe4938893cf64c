package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.op.Sliding;

/**
 * The window that a convolution or pooling moves along its sequence. The layer that gets it refuses numbers that it cannot have, so that
 * the message names the layer.
 *
 * @param kernel elements of the window, at least 1
 * @param stride elements from one window to the next, at least 1
 * @param padding what is put before and after the sequence, as the left and right of an image of one row; an equal number on all four
 *     sides is one before and after
 * @param dilation elements from one tap of the window to the next, at least 1
 */
public record Span(int kernel, int stride, Padding padding, int dilation) {

    /** Takes padding of all four sides alike for that before and after. */
    public Span {
        if (padding instanceof Padding.Explicit sides && sides.equals(Padding.of(sides.left()))) {
            padding = sides(sides.left(), sides.right());
        }
    }

    /** A window that moves by one element, without padding and dilation. */
    public static Span of(int kernel) {
        return new Span(kernel, 1, Padding.VALID, 1);
    }

    /** A window that moves by its own length, so that neighbours touch but do not overlap, without padding. */
    static Span tile(int kernel) {
        return new Span(kernel, kernel, Padding.VALID, 1);
    }

    /** Elements before and after a sequence. */
    static Padding.Explicit sides(int before, int after) {
        return Padding.of(0, 0, before, after);
    }

    /** Sets the elements of the window. */
    public Span kernel(int kernel) {
        return new Span(kernel, stride, padding, dilation);
    }

    /** Sets the elements from one window to the next. */
    public Span stride(int stride) {
        return new Span(kernel, stride, padding, dilation);
    }

    /** Sets what is put before and after the sequence. */
    public Span padding(Padding padding) {
        return new Span(kernel, stride, padding, dilation);
    }

    /** Sets the elements from one tap of the window to the next. */
    public Span dilation(int dilation) {
        return new Span(kernel, stride, padding, dilation);
    }

    /** Refuses what no layer can have; the kernel and padding may still follow from each other. */
    static void check(String who, Span span) {
        checkGiven(span, who, "a Span");
        checkGiven(span.padding, who, "a Padding such as VALID, SAME or Padding.of(1)");
        checkArgument(span.kernel >= 1, "%s expects a kernel of at least 1 but got %s", who, span.kernel);
        checkArgument(span.stride >= 1, "%s expects a stride of at least 1 but got %s", who, span.stride);
        checkArgument(span.dilation >= 1, "%s expects a dilation of at least 1 but got %s", who, span.dilation);
        if (span.padding instanceof Padding.Explicit sides) {
            checkArgument(
                    Math.min(sides.left(), sides.right()) >= 0,
                    "%s expects padding of at least 0 but got %s",
                    who,
                    inWords(sides));
            checkArgument(
                    sides.top() == 0 && sides.bottom() == 0,
                    "%s expects padding before and after a sequence but got %s; use padding(before, after)",
                    who,
                    sides.inWords());
        }
    }

    private static String inWords(Padding.Explicit sides) {
        return sides.left() == sides.right()
                ? "" + sides.left()
                : "before " + sides.left() + ", after " + sides.right();
    }

    /** How the window moves along a sequence of {@code length} elements. */
    Sliding along(long length) {
        return padding instanceof Padding.Explicit sides
                ? new Sliding(stride, sides.left(), sides.right(), dilation)
                : Window.same(kernel, stride, dilation, length);
    }

    /** How the window of a pooling moves along a sequence, if the number of windows may be rounded up. */
    Sliding along(long length, boolean ceilMode) {
        return ceilMode ? Window.roundedUp(along(length), length, kernel) : along(length);
    }

    /** What differs from stride {@code usual}, no padding and no dilation. */
    String description(int usual) {
        String padded = padding instanceof Padding.Explicit sides ? "padding " + inWords(sides) : padding.toString();
        return kernel
                + (stride == usual ? "" : ", stride " + stride)
                + (padding.equals(Padding.VALID) ? "" : ", " + padded)
                + (dilation == 1 ? "" : ", dilation " + dilation);
    }

    /** What differs from stride 1, no padding and no dilation. */
    String description() {
        return description(1);
    }
}
