package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;

/**
 * The words in which every layer with a {@link Span} is told about it: convolutions and poolings over sequences. Each returns the layer with
 * one setting changed, and throws {@link IllegalArgumentException} for numbers that no window can have. So does a layer of your own
 * that is a record with a span in it.
 *
 * @param <L> the layer itself
 */
public interface Spanned<L extends Spanned<L>> extends Layer {

    /** The window that moves along the sequence. */
    Span span();

    /** Sets the whole window. */
    L span(Span span);

    /** Sets the window to {@code kernel} elements, at least 1; the stride stays what it was. */
    default L kernel(int kernel) {
        return span(span().kernel(kernel));
    }

    /**
     * Sets the elements from one window to the next, at least 1. By default 1 for convolutions, and the length of the window for
     * poolings. A transposed convolution moves by so many elements of its result.
     */
    default L stride(int stride) {
        return span(span().stride(stride));
    }

    /**
     * Sets what is put before and after the sequence: none ({@link Padding#VALID}, default), or as many as {@link Padding#SAME} takes. It
     * is of zeros for convolutions and means, and of −∞ for maxima; a transposed convolution cuts it off its result instead.
     */
    default L padding(Padding padding) {
        return span(span().padding(padding));
    }

    /** Puts {@code padding} elements before the sequence and as many after it, at least 0 (default). */
    default L padding(int padding) {
        return padding(padding, padding);
    }

    /**
     * Puts elements before and after the sequence, at least 0 each. With {@code dilation (kernel − 1)} before and none after, a
     * convolution sees the past alone.
     */
    default L padding(int before, int after) {
        return padding(Span.sides(before, after));
    }

    /** Sets the elements from one tap of the window to the next, at least 1 (default). */
    default L dilation(int dilation) {
        return span(span().dilation(dilation));
    }
}
