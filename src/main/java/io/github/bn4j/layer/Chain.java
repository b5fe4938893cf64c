package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The fluent steps: each is short for {@link #then(Layer)} with a layer of this package, whose page has the formula and what is
 * learned. Shapes are those of one example, without the batch axis.
 *
 * <p>Numbers that no layer can have are refused at once, by {@link IllegalArgumentException}; a layer that cannot work on
 * what the one before it yields, when the network is built, by {@link io.github.bn4j.graph.ShapeException}.
 *
 * @param <C> what a step returns: the chain with one more layer
 */
public interface Chain<C extends Chain<C>> {

    /** Appends a layer, which is named after its type and a number, such as {@code conv2d_1}. */
    C then(Layer layer);

    /** Appends a layer under a name of its own, such as {@code stem}, without dots and given to no other. */
    C then(String name, Layer layer);

    /** {@link Dense}: {@code [features]} to {@code [units]}, at least 1 unit. */
    default C dense(int units) {
        return then(Dense.of(units));
    }

    /**
     * {@link Conv2d} with a square kernel, stride 1 and no padding: {@code [channels, height, width]} to {@code [filters,
     * height − kernel + 1, width − kernel + 1]}.
     */
    default C conv2d(int filters, int kernel) {
        return then(Conv2d.of(filters, kernel));
    }

    /**
     * {@link Conv2d} with a square kernel, stride 1 and the given padding: {@code [channels, height, width]} to {@code
     * [filters, height, width]} with {@link Padding#SAME}.
     */
    default C conv2d(int filters, int kernel, Padding padding) {
        return then(Conv2d.of(filters, kernel).padding(padding));
    }

    /** {@link Conv1d} with stride 1 and no padding: {@code [channels, length]} to {@code [filters, length − kernel + 1]}. */
    default C conv1d(int filters, int kernel) {
        return then(Conv1d.of(filters, kernel));
    }

    /**
     * {@link Conv1d} with stride 1 and the given padding: {@code [channels, length]} to {@code [filters, length]} with {@link
     * Padding#SAME}.
     */
    default C conv1d(int filters, int kernel, Padding padding) {
        return then(Conv1d.of(filters, kernel).padding(padding));
    }

    /** {@link BatchNorm1d} of {@code [channels]} or {@code [channels, length]}, with its defaults. */
    default C batchNorm1d() {
        return then(BatchNorm1d.of());
    }

    /** {@link BatchNorm2d} of {@code [channels, height, width]}, with its defaults. */
    default C batchNorm2d() {
        return then(BatchNorm2d.of());
    }

    /** {@link Relu}: {@code max(x, 0)} of each element. */
    default C relu() {
        return then(Relu.of());
    }

    /** {@link LeakyRelu}: {@code x} where positive, else {@code 0.01 x}, of each element. */
    default C leakyRelu() {
        return then(LeakyRelu.of());
    }

    /** {@link Elu}: {@code x} where positive, else {@code eˣ − 1}, of each element. */
    default C elu() {
        return then(Elu.of());
    }

    /** {@link Gelu}: {@code x Φ(x)} of each element, exact. */
    default C gelu() {
        return then(Gelu.of());
    }

    /** {@link Silu}: {@code x σ(x)} of each element, also called swish. */
    default C silu() {
        return then(Silu.of());
    }

    /** {@link Sigmoid}: {@code 1 / (1 + e⁻ˣ)} of each element. */
    default C sigmoid() {
        return then(Sigmoid.of());
    }

    /** {@link Tanh}: the hyperbolic tangent of each element. */
    default C tanh() {
        return then(Tanh.of());
    }

    /** {@link Softplus}: {@code ln(1 + eˣ)} of each element. */
    default C softplus() {
        return then(Softplus.of());
    }

    /** {@link HardSwish}: {@code x · min(max(x + 3, 0), 6) / 6} of each element. */
    default C hardSwish() {
        return then(HardSwish.of());
    }

    /** {@link HardSigmoid}: {@code min(max(x / 6 + ½, 0), 1)} of each element. */
    default C hardSigmoid() {
        return then(HardSigmoid.of());
    }

    /** {@link PRelu}: {@code x} where positive, else {@code alpha x} with a learned {@code alpha} for each channel. */
    default C pRelu() {
        return then(PRelu.of());
    }

    /** {@link ChannelSoftmax}: {@code eˣ} of each, divided by the sum of all. */
    default C softmax() {
        return then(ChannelSoftmax.of());
    }

    /** {@link Clip} from 0 to 6: {@code min(max(x, 0), 6)} of each element. */
    default C relu6() {
        return then(Clip.of(0, 6));
    }

    /** {@link Clip}: {@code min(max(x, lower), upper)} of each element. */
    default C clip(double lower, double upper) {
        return then(Clip.of(lower, upper));
    }

    /**
     * {@link MaxPool2d} with square windows that touch but do not overlap: {@code [channels, height, width]} to {@code
     * [channels, ⌊height / kernel⌋, ⌊width / kernel⌋]}.
     */
    default C maxPool2d(int kernel) {
        return then(MaxPool2d.of(kernel));
    }

    /**
     * {@link MaxPool1d} with windows that touch but do not overlap: {@code [channels, length]} to {@code [channels, ⌊length /
     * kernel⌋]}.
     */
    default C maxPool1d(int kernel) {
        return then(MaxPool1d.of(kernel));
    }

    /** {@link Embedding}: whole numbers below {@code count} in any shape to {@code [shape, width]}. */
    default C embedding(int count, int width) {
        return then(Embedding.of(count, width));
    }

    /** {@link Flatten}: any shape to {@code [size]}, in row-major order. */
    default C flatten() {
        return then(Flatten.of());
    }

    /** {@link Reshape} to {@code dims}, of as many elements as before, in row-major order. */
    default C reshape(long... dims) {
        return then(Reshape.of(dims));
    }

    /**
     * {@link Permute} of the axes of an example, 0 for the channels: {@code permute(1, 0)} makes {@code [channels, length]} of {@code
     * [length, channels]}.
     */
    default C permute(int... axes) {
        return then(Permute.of(axes));
    }

    /**
     * {@link AvgPool2d} with square windows that touch but do not overlap: {@code [channels, height, width]} to {@code
     * [channels, ⌊height / kernel⌋, ⌊width / kernel⌋]}.
     */
    default C avgPool2d(int kernel) {
        return then(AvgPool2d.of(kernel));
    }

    /**
     * {@link AvgPool1d} with windows that touch but do not overlap: {@code [channels, length]} to {@code [channels, ⌊length /
     * kernel⌋]}.
     */
    default C avgPool1d(int kernel) {
        return then(AvgPool1d.of(kernel));
    }

    /** {@link GlobalAvgPool1d}: {@code [channels, length]} to {@code [channels]}. */
    default C globalAvgPool1d() {
        return then(GlobalAvgPool1d.of());
    }

    /** {@link GlobalMaxPool1d}: {@code [channels, length]} to {@code [channels]}. */
    default C globalMaxPool1d() {
        return then(GlobalMaxPool1d.of());
    }

    /** {@link GlobalMaxPool2d}: {@code [channels, height, width]} to {@code [channels]}. */
    default C globalMaxPool2d() {
        return then(GlobalMaxPool2d.of());
    }

    /** {@link GlobalAvgPool2d}: {@code [channels, height, width]} to {@code [channels]}. */
    default C globalAvgPool2d() {
        return then(GlobalAvgPool2d.of());
    }

    /** {@link AdaptiveAvgPool1d}: {@code [channels, length]} of any length to {@code [channels, size]}. */
    default C adaptiveAvgPool1d(int size) {
        return then(AdaptiveAvgPool1d.of(size));
    }

    /** {@link AdaptiveAvgPool2d}: {@code [channels, height, width]} of any size to {@code [channels, size, size]}. */
    default C adaptiveAvgPool2d(int size) {
        return then(AdaptiveAvgPool2d.of(size));
    }

    /** {@link AdaptiveMaxPool1d}: {@code [channels, length]} of any length to {@code [channels, size]}. */
    default C adaptiveMaxPool1d(int size) {
        return then(AdaptiveMaxPool1d.of(size));
    }

    /** {@link AdaptiveMaxPool2d}: {@code [channels, height, width]} of any size to {@code [channels, size, size]}. */
    default C adaptiveMaxPool2d(int size) {
        return then(AdaptiveMaxPool2d.of(size));
    }

    /** {@link ChannelShuffle} of {@code groups} blocks of channels, whose number divides that of the channels; the shape stays. */
    default C channelShuffle(int groups) {
        return then(ChannelShuffle.of(groups));
    }

    /**
     * {@link DepthwiseConv2d}, each channel by itself, with a square kernel, stride 1 and the given padding: {@code [channels,
     * height, width]} stays with {@link Padding#SAME}.
     */
    default C depthwiseConv2d(int kernel, Padding padding) {
        return then(DepthwiseConv2d.of(kernel).padding(padding));
    }

    /**
     * {@link SeparableConv2d} with a square kernel, stride 1 and the given padding: {@code [channels, height, width]} to {@code
     * [filters, height, width]} with {@link Padding#SAME}.
     */
    default C separableConv2d(int filters, int kernel, Padding padding) {
        return then(SeparableConv2d.of(filters, kernel).padding(padding));
    }

    /**
     * {@link ConvTranspose2d} with a square kernel and no padding: {@code [channels, height, width]} to {@code [filters,
     * (height − 1) stride + kernel, (width − 1) stride + kernel]}.
     */
    default C convTranspose2d(int filters, int kernel, int stride) {
        return then(ConvTranspose2d.of(filters, kernel).stride(stride));
    }

    /** {@link ConvTranspose1d} without padding: {@code [channels, length]} to {@code [filters, (length − 1) stride + kernel]}. */
    default C convTranspose1d(int filters, int kernel, int stride) {
        return then(ConvTranspose1d.of(filters, kernel).stride(stride));
    }

    /** {@link Upsample1d}: {@code [channels, length]} to {@code [channels, factor length]}. */
    default C upsample1d(int factor) {
        return then(Upsample1d.of(factor));
    }

    /** {@link Upsample2d}: {@code [channels, height, width]} to {@code [channels, factor height, factor width]}. */
    default C upsample2d(int factor) {
        return then(Upsample2d.of(factor));
    }

    /** {@link Resize2d}, bilinear: {@code [channels, height, width]} of any size to the given one. */
    default C resize2d(int height, int width) {
        return then(Resize2d.of(height, width));
    }

    /**
     * {@link ZeroPad2d}, zeros on every side: {@code [channels, height, width]} to {@code [channels, height + 2 padding,
     * width + 2 padding]}.
     */
    default C zeroPad2d(int padding) {
        return then(ZeroPad2d.of(padding));
    }

    /**
     * {@link ReflectPad2d}, the image mirrored on every side: {@code [channels, height, width]} to {@code [channels, height + 2
     * padding, width + 2 padding]}.
     */
    default C reflectPad2d(int padding) {
        return then(ReflectPad2d.of(padding));
    }

    /**
     * {@link EdgePad2d}, the outermost pixels repeated on every side: {@code [channels, height, width]} to {@code [channels, height + 2
     * padding, width + 2 padding]}.
     */
    default C edgePad2d(int padding) {
        return then(EdgePad2d.of(padding));
    }

    /** {@link Dropout} of each element with probability {@code rate} in training, from 0 to below 1; the shape stays. */
    default C dropout(double rate) {
        return then(Dropout.of(rate));
    }

    /**
     * {@link SpatialDropout2d} of each channel of {@code [channels, height, width]} with probability {@code rate} in
     * training, from 0 to below 1.
     */
    default C spatialDropout2d(double rate) {
        return then(SpatialDropout2d.of(rate));
    }

    /**
     * {@link SpatialDropout1d} of each channel of {@code [channels, length]} with probability {@code rate} in training, from 0 to
     * below 1.
     */
    default C spatialDropout1d(double rate) {
        return then(SpatialDropout1d.of(rate));
    }

    /** {@link StochasticDepth} of each example with probability {@code rate} in training, from 0 to below 1: for the end of a branch. */
    default C stochasticDepth(double rate) {
        return then(StochasticDepth.of(rate));
    }

    /** {@link LayerNorm} over all elements of an example of any shape, with its defaults. */
    default C layerNorm() {
        return then(LayerNorm.of());
    }

    /**
     * {@link GroupNorm} of {@code [channels, …]} in {@code groups} groups of channels, whose number divides that of the
     * channels.
     */
    default C groupNorm(int groups) {
        return then(GroupNorm.of(groups));
    }

    /** {@link InstanceNorm2d} of {@code [channels, height, width]}, with its defaults. */
    default C instanceNorm2d() {
        return then(InstanceNorm2d.of());
    }

    /**
     * {@link Residual}: what the branch yields, added to its input, which has the same shape: {@code residual(b ->
     * b.dense(8).batchNorm1d())}.
     */
    default C residual(UnaryOperator<Sequence> branch) {
        return then(Residual.of(checkGiven(branch, "residual", "a branch such as b -> b.dense(8)")
                .apply(Sequence.of())));
    }

    /**
     * {@link Concat}: the channels of at least one branch, one after another; all branches get this input, all other axes
     * agree.
     */
    @SuppressWarnings("unchecked")
    default C concat(UnaryOperator<Sequence>... branches) {
        return then(new Concat(Stream.of(checkEachGiven(branches, "concat", "branches such as b -> b.dense(8)"))
                .<Layer>map(branch -> branch.apply(Sequence.of()))
                .toList()));
    }
}
