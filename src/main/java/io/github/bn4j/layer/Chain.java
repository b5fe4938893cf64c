package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;

/**
 * The fluent steps: each is short for {@link #then(Layer)} with a layer of this package.
 *
 * @param <C> what a step returns: the chain with one more layer
 */
public interface Chain<C extends Chain<C>> {

    /** This chain with {@code layer} at its end. */
    C then(Layer layer);

    /** This chain with {@code layer} at its end, under a name of its own, such as {@code stem}. */
    C then(String name, Layer layer);

    /** {@link Dense} with the given number of units. */
    default C dense(int units) {
        return then(Dense.of(units));
    }

    /** {@link Conv2d} with a square kernel, stride 1 and no padding. */
    default C conv2d(int filters, int kernel) {
        return then(Conv2d.of(filters, kernel));
    }

    /** {@link Conv2d} with a square kernel, stride 1 and the given padding. */
    default C conv2d(int filters, int kernel, Padding padding) {
        return then(Conv2d.of(filters, kernel).padding(padding));
    }

    /** {@link BatchNorm1d} with its defaults. */
    default C batchNorm1d() {
        return then(BatchNorm1d.of());
    }

    /** {@link BatchNorm2d} with its defaults. */
    default C batchNorm2d() {
        return then(BatchNorm2d.of());
    }

    /** {@link Relu}. */
    default C relu() {
        return then(Relu.of());
    }

    /** {@link LeakyRelu} with its defaults. */
    default C leakyRelu() {
        return then(LeakyRelu.of());
    }

    /** {@link Elu} with its defaults. */
    default C elu() {
        return then(Elu.of());
    }

    /** {@link Gelu}. */
    default C gelu() {
        return then(Gelu.of());
    }

    /** {@link Silu}. */
    default C silu() {
        return then(Silu.of());
    }

    /** {@link Sigmoid}. */
    default C sigmoid() {
        return then(Sigmoid.of());
    }

    /** {@link Tanh}. */
    default C tanh() {
        return then(Tanh.of());
    }

    /** {@link Softplus}. */
    default C softplus() {
        return then(Softplus.of());
    }

    /** {@link MaxPool2d} with windows that touch but do not overlap. */
    default C maxPool2d(int kernel) {
        return then(MaxPool2d.of(kernel));
    }

    /** {@link Flatten}. */
    default C flatten() {
        return then(Flatten.of());
    }

    /** {@link Reshape} to the given dimensions, without the batch axis. */
    default C reshape(long... dims) {
        return then(Reshape.of(dims));
    }
}
