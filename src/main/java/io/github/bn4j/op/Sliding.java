package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

/**
 * How the window of a convolution or pooling moves along one axis of an image: down its rows or along its columns.
 *
 * @param stride elements from one window to the next, at least 1
 * @param before elements of padding before the first element of the image, at least 0
 * @param after elements of padding behind the last one, at least 0
 * @param dilation elements from one tap of the window to the next, at least 1
 */
public record Sliding(int stride, int before, int after, int dilation) {

    /** By one element at a time, without padding and dilation. */
    public static final Sliding BY_ONE = by(1);

    public Sliding {
        checkArgument(stride >= 1, "Sliding expects a stride of at least 1 but got %s", stride);
        checkArgument(
                before >= 0 && after >= 0, "Sliding expects padding of at least 0 but got %s and %s", before, after);
        checkArgument(dilation >= 1, "Sliding expects a dilation of at least 1 but got %s", dilation);
    }

    /** By the given stride, without padding and dilation. */
    public static Sliding by(int stride) {
        return new Sliding(stride, 0, 0, 1);
    }

    /** Puts {@code padding} elements before the image and as many behind it. */
    public Sliding padded(int padding) {
        return padded(padding, padding);
    }

    /** Puts {@code before} elements of padding before the image and {@code after} behind it. */
    public Sliding padded(int before, int after) {
        return new Sliding(stride, before, after, dilation);
    }

    /** Sets the elements from one tap of the window to the next. */
    public Sliding dilated(int dilation) {
        return new Sliding(stride, before, after, dilation);
    }

    /**
     * Elements from the first tap of a window to its last one, both counted.
     *
     * @throws ArithmeticException if that is more than a {@code long} holds
     */
    public long reach(long taps) {
        return Math.addExact(Math.multiplyExact(dilation, taps - 1), 1);
    }

    /** How many windows fit into an image of this length and its padding; less than 1 if none does. */
    long windows(long length, long taps) {
        return Math.floorDiv(Math.addExact(length, (long) before + after) - reach(taps), stride) + 1;
    }

    /** How far windows stretch that start from each of {@code length} elements, with no padding. */
    public long stretch(long length, long taps) {
        return Math.addExact(Math.multiplyExact(length - 1, stride), reach(taps));
    }

    boolean pads() {
        return before > 0 || after > 0;
    }

    boolean even() {
        return before == after;
    }
}
