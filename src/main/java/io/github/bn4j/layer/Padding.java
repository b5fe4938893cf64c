package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.op.SpatialPadding;

/**
 * What a convolution or pooling puts around its image, or a transposed convolution cuts off its result: {@link #SAME}, {@link
 * #VALID}, or numbers of rows and columns. Along a sequence, left is before it and right is after it.
 */
public sealed interface Padding {

    /** None: the output shrinks by the size of the kernel. */
    Padding VALID = new Explicit(0, 0, 0, 0);

    /**
     * As many as keep {@code output = ⌈input / stride⌉}, and {@code output = input · stride} of a transposed convolution; an odd
     * one goes to the bottom and the right, as in TensorFlow.
     */
    Padding SAME = Automatic.SAME;

    /** As many rows and columns on each side. */
    static Explicit of(int padding) {
        return of(padding, padding);
    }

    /** {@code height} rows above and below, and {@code width} columns left and right. */
    static Explicit of(int height, int width) {
        return of(height, height, width, width);
    }

    /** Rows above and below, and columns left and right. */
    static Explicit of(int top, int bottom, int left, int right) {
        return new Explicit(top, bottom, left, right);
    }

    /**
     * Numbers of rows and columns. The layer that gets them refuses negative ones.
     *
     * @param top rows above
     * @param bottom rows below
     * @param left columns left
     * @param right columns right
     */
    record Explicit(int top, int bottom, int left, int right) implements Padding {

        static void check(String who, Explicit sides) {
            checkArgument(
                    Math.min(Math.min(sides.top, sides.bottom), Math.min(sides.left, sides.right)) >= 0,
                    "%s expects padding of at least 0 but got %s",
                    who,
                    sides.inWords());
        }

        /** The op that puts these rows and columns around an image. */
        SpatialPadding around(SpatialPadding.Mode mode, double value) {
            return new SpatialPadding(top, bottom, left, right, mode, value);
        }

        String inWords() {
            return top == bottom && left == right
                    ? new Size(top, left).toString()
                    : "top " + top + ", bottom " + bottom + ", left " + left + ", right " + right;
        }

        @Override
        public String toString() {
            return equals(VALID) ? "VALID" : "padding " + inWords();
        }
    }

    /** Numbers that follow from those of the image. */
    enum Automatic implements Padding {
        /** What {@link Padding#SAME} says. */
        SAME
    }
}
