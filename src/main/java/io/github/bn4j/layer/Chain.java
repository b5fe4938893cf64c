package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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

    /** {@link AvgPool2d} with windows that touch but do not overlap. */
    default C avgPool2d(int kernel) {
        return then(AvgPool2d.of(kernel));
    }

    /** {@link GlobalAvgPool2d}. */
    default C globalAvgPool2d() {
        return then(GlobalAvgPool2d.of());
    }

    /** {@link DepthwiseConv2d} with stride 1 and the given padding. */
    default C depthwiseConv2d(int kernel, Padding padding) {
        return then(DepthwiseConv2d.of(kernel).padding(padding));
    }

    /** {@link SeparableConv2d} with stride 1 and the given padding. */
    default C separableConv2d(int filters, int kernel, Padding padding) {
        return then(SeparableConv2d.of(filters, kernel).padding(padding));
    }

    /** {@link ConvTranspose2d} with the given stride and no padding. */
    default C convTranspose2d(int filters, int kernel, int stride) {
        return then(ConvTranspose2d.of(filters, kernel).stride(stride));
    }

    /** {@link Upsample2d}. */
    default C upsample2d(int factor) {
        return then(Upsample2d.of(factor));
    }

    /** {@link ZeroPad2d}. */
    default C zeroPad2d(int padding) {
        return then(ZeroPad2d.of(padding));
    }

    /** {@link ReflectPad2d}. */
    default C reflectPad2d(int padding) {
        return then(ReflectPad2d.of(padding));
    }

    /** {@link Dropout}. */
    default C dropout(double rate) {
        return then(Dropout.of(rate));
    }

    /** {@link SpatialDropout2d}. */
    default C spatialDropout2d(double rate) {
        return then(SpatialDropout2d.of(rate));
    }

    /** {@link LayerNorm} with its defaults. */
    default C layerNorm() {
        return then(LayerNorm.of());
    }

    /** {@link GroupNorm} with the given number of groups. */
    default C groupNorm(int groups) {
        return then(GroupNorm.of(groups));
    }

    /** {@link InstanceNorm2d} with its defaults. */
    default C instanceNorm2d() {
        return then(InstanceNorm2d.of());
    }

    /** {@link Residual}: the branch's output added to its input, {@code residual(b -> b.dense(8).batchNorm1d())}. */
    default C residual(UnaryOperator<Sequence> branch) {
        return then(Residual.of(checkGiven(branch, "residual", "a branch such as b -> b.dense(8)")
                .apply(Sequence.of())));
    }

    /** {@link Concat}: the channels of several branches of the same input. */
    @SuppressWarnings("unchecked")
    default C concat(UnaryOperator<Sequence>... branches) {
        return then(new Concat(Stream.of(checkEachGiven(branches, "concat", "branches such as b -> b.dense(8)"))
                .<Layer>map(branch -> branch.apply(Sequence.of()))
                .toList()));
    }
}
