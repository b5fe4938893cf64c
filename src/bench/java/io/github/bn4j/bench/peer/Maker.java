package io.github.bn4j.bench.peer;

/**
 * Makes the layers of a benchmark network in the words of one contender.
 *
 * @param <V> a tensor, or what stands for one
 */
public interface Maker<V> {

    /** A convolution without bias, with zeros on all sides. */
    V conv(V x, int in, int out, int kernel, int stride, int padding, int groups);

    /** Batch normalisation with gamma, beta and running averages, of images or of features. */
    V norm(V x, int channels, boolean image);

    /** The rectified linear unit. */
    V relu(V x);

    /** The same with a largest value of 6. */
    V relu6(V x);

    /** Max pooling. */
    V maxPool(V x, int kernel, int stride, int padding);

    /** The mean of each channel, {@code [batch, channels]}. */
    V globalPool(V x);

    /** {@code [batch, channels × height × width]}. */
    V flatten(V x);

    /** A fully connected layer. */
    V dense(V x, int in, int out, boolean bias);

    /** The sum of two tensors of the same shape. */
    V add(V x, V y);
}
