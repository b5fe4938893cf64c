package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;

/**
 * The words in which every layer with a {@link Window} is told about it: convolutions, of each kind, and poolings. Each returns the layer
 * with one setting changed, and throws {@link IllegalArgumentException} for numbers that no window can have. So does a layer of
 * your own that is a record with a window in it.
 *
 * @param <L> the layer itself
 */
public interface Windowed<L extends Windowed<L>> extends Layer {

    /** The window that moves over the image. */
    Window window();

    /** Sets the whole window. */
    L window(Window window);

    /** Sets the window to {@code height} rows and {@code width} columns, at least 1 each; the stride stays what it was. */
    default L kernel(int height, int width) {
        return window(window().kernel(new Size(height, width)));
    }

    /**
     * Sets the rows, and columns, from one window to the next, at least 1. By default 1 for convolutions, and the size of the window
     * for poolings. A transposed convolution moves by so many rows and columns of its result.
     */
    default L stride(int stride) {
        return stride(stride, stride);
    }

    /** Sets the rows and the columns from one window to the next, at least 1 each. */
    default L stride(int height, int width) {
        return window(window().stride(new Size(height, width)));
    }

    /**
     * Sets what is put around the image: none ({@link Padding#VALID}, default), or as many as {@link Padding#SAME} takes. It is of
     * zeros for convolutions and means, and of −∞ for maxima; a transposed convolution cuts it off its result instead.
     */
    default L padding(Padding padding) {
        return window(window().padding(padding));
    }

    /** Puts {@code padding} rows or columns on each side of the image, at least 0 (default). */
    default L padding(int padding) {
        return padding(Padding.of(padding));
    }

    /** Puts {@code height} rows above and below the image, and {@code width} columns left and right, at least 0 each. */
    default L padding(int height, int width) {
        return padding(Padding.of(height, width));
    }

    /** Puts rows above and below the image, and columns left and right, at least 0 each. */
    default L padding(int top, int bottom, int left, int right) {
        return padding(Padding.of(top, bottom, left, right));
    }

    /** Sets the rows, and columns, from one tap of the window to the next, at least 1 (default). */
    default L dilation(int dilation) {
        return dilation(dilation, dilation);
    }

    /** Sets the rows and the columns from one tap of the window to the next, at least 1 each. */
    default L dilation(int height, int width) {
        return window(window().dilation(new Size(height, width)));
    }
}
