package io.github.bn4j.bench.peer;

/**
 * Makes the layers of a benchmark network in the words of one contender.
 *
 * @param <V> a tensor, or what stands for one
 */
public interface Maker<V> {

    /** A convolution without bias, padded by {@code kernel / 2} or, with a stride, so that the output has the same size. */
    V conv(V x, int in, int out, int kernel, int stride, int groups);

    /** Batch normalisation with gamma, beta and running averages, of images or of features. */
    V norm(V x, int channels, boolean image);

    /** The rectified linear unit. */
    V relu(V x);

    /** Max pooling, 2×2 with stride 2. */
    V maxPool(V x);

    /** The mean of each channel, {@code [batch, channels]}. */
    V globalPool(V x);

    /** {@code [batch, channels × height × width]}. */
    V flatten(V x, int size);

    /** A fully connected layer. */
    V dense(V x, int in, int out, boolean bias);

    /** The sum of two tensors of the same shape. */
    V add(V x, V y);
}
