package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Every built-in layer in its kinds, with the shape of an example that it fits. */
public final class LayerCases {

    private LayerCases() {}

    /** A {@link Layer} and a {@link Shape} each. */
    public static Stream<Arguments> all() {
        return Stream.of(
                of(Dense.of(3), 5),
                of(Dense.of(3).useBias(false), 5),
                of(Conv2d.of(3, 3), 2, 5, 4),
                of(Conv2d.of(3, 3).padding(Padding.SAME).stride(2), 2, 5, 6),
                of(Conv2d.of(4, 2).padding(Padding.SAME).groups(2), 2, 4, 4),
                of(Conv2d.of(2, 3).dilation(2), 2, 6, 7),
                of(Conv2d.of(2, 1).kernel(1, 3), 2, 3, 4),
                of(Conv1d.of(3, 3), 2, 7),
                of(Conv1d.of(3, 4).padding(Padding.SAME).stride(2), 2, 7),
                of(Conv1d.of(4, 3).dilation(2).padding(4, 0).groups(2), 4, 6),
                of(Conv1d.of(2, 1).useBias(false), 3, 4),
                of(BatchNorm1d.of(), 3),
                of(BatchNorm1d.of().gamma(false), 3, 4),
                of(BatchNorm1d.of().beta(false).epsilon(0.1), 3),
                of(BatchNorm2d.of(), 3, 3, 2),
                of(BatchNorm2d.of().initialGamma(0).initialBeta(2), 2, 3, 2),
                of(BatchNorm2d.of().statistics(Statistics.running()), 2, 3, 2),
                of(BatchNorm2d.of().statistics(Statistics.ghost(2)), 2, 3, 2),
                of(BatchNorm1d.of().statistics(Statistics.ghost(3)), 3, 2),
                // Both corrections at their bounds, where they are constants for central differences too.
                of(BatchNorm2d.of().statistics(Statistics.renorm(1.001, 1e-3)), 2, 3, 2),
                of(BatchNorm2d.of().runningAverage(RunningAverage.cumulative()), 2, 3, 2),
                of(Relu.of(), 6),
                of(LeakyRelu.of(), 6),
                of(Elu.of(), 6),
                of(Gelu.of(), 6),
                of(Silu.of(), 6),
                of(Sigmoid.of(), 6),
                of(Tanh.of(), 6),
                of(Softplus.of(), 6),
                of(HardSwish.of(), 6),
                of(Clip.of(-0.5, 0.7), 6),
                of(HardSigmoid.of(), 6),
                of(PRelu.of(), 3, 2, 4),
                of(PRelu.of().perChannel(false), 5),
                of(AdaptiveAvgPool2d.of(2, 3), 2, 5, 7),
                of(AdaptiveAvgPool2d.of(2), 2, 4, 6),
                of(AdaptiveAvgPool1d.of(3), 2, 7),
                of(AdaptiveAvgPool1d.of(2), 2, 6),
                of(AdaptiveMaxPool2d.of(2, 3), 2, 5, 7),
                of(AdaptiveMaxPool2d.of(2), 2, 4, 6),
                of(AdaptiveMaxPool1d.of(3), 2, 7),
                of(AdaptiveMaxPool1d.of(2), 2, 6),
                of(Upsample1d.of(2), 2, 4),
                of(Upsample1d.of(3).interpolation(Interpolation.BILINEAR), 2, 3),
                of(Resize2d.of(5, 2), 2, 3, 4),
                of(Upsample2d.of(2).interpolation(Interpolation.BILINEAR), 2, 3, 2),
                of(ChannelShuffle.of(3), 6, 2, 3),
                of(EdgePad2d.of(1, 0, 2, 1), 2, 3, 2),
                of(ConstantPad2d.of(1, 0.5), 2, 3, 2),
                of(StochasticDepth.of(0.4), 2, 3, 4),
                of(MaxPool2d.of(2), 2, 5, 4),
                of(MaxPool2d.of(3).stride(2).padding(1), 2, 5, 5),
                of(MaxPool2d.of(2, 3).dilation(2, 1).padding(1, 0, 2, 1), 2, 4, 5),
                of(MaxPool2d.of(3, 2).stride(2).padding(Padding.SAME), 2, 4, 5),
                of(MaxPool2d.of(2).ceilMode(true), 2, 3, 5),
                of(MaxPool2d.of(2, 3).stride(1, 2).padding(1, 0), 2, 4, 5),
                of(MaxPool1d.of(2), 2, 7),
                of(MaxPool1d.of(3).stride(2).padding(1, 0).dilation(2), 2, 9),
                of(MaxPool1d.of(3).padding(Padding.SAME).ceilMode(true), 2, 7),
                of(Embedding.of(5, 3), 2, 3),
                of(Embedding.of(5, 3), 4),
                of(Permute.of(1, 0), 3, 4),
                of(Permute.of(2, 0, 1), 2, 3, 4),
                of(ChannelSoftmax.of(), 5),
                of(ChannelSoftmax.of(), 3, 4),
                of(Flatten.of(), 2, 3, 2),
                of(AvgPool2d.of(2), 2, 5, 4),
                of(AvgPool2d.of(3).stride(2).padding(1), 2, 5, 5),
                of(AvgPool2d.of(3).stride(2).padding(1).countPadding(true), 2, 5, 5),
                of(AvgPool2d.of(3, 2).stride(2, 1).padding(1, 1), 2, 5, 4),
                of(AvgPool2d.of(3).stride(2).padding(1).countPadding(true).ceilMode(true), 2, 6, 4),
                of(AvgPool2d.of(3, 2).dilation(2, 1).padding(0, 2, 1, 0), 2, 5, 4),
                of(AvgPool1d.of(2), 2, 7),
                of(AvgPool1d.of(3).stride(2).padding(1, 2), 2, 6),
                of(AvgPool1d.of(3).stride(2).padding(1).countPadding(true).ceilMode(true), 2, 6),
                of(GlobalAvgPool2d.of(), 3, 3, 4),
                of(GlobalAvgPool1d.of(), 3, 5),
                of(GlobalMaxPool1d.of(), 3, 5),
                of(GlobalMaxPool2d.of(), 3, 3, 4),
                of(
                        DepthwiseConv2d.of(3)
                                .kernel(2, 3)
                                .stride(1, 2)
                                .dilation(2, 1)
                                .padding(1, 2),
                        2,
                        4,
                        5),
                of(Conv2d.of(3, 3).stride(2, 1).dilation(1, 2).padding(0, 1, 2, 1), 2, 5, 6),
                of(DepthwiseConv2d.of(3).padding(Padding.SAME), 3, 4, 4),
                of(SeparableConv2d.of(4, 3).padding(Padding.SAME).stride(2), 2, 4, 5),
                of(ConvTranspose2d.of(3, 3).stride(2), 2, 3, 2),
                of(ConvTranspose2d.of(3, 3).padding(1), 2, 3, 4),
                of(ConvTranspose2d.of(4, 3).stride(3, 2).padding(Padding.SAME).groups(2), 2, 3, 2),
                of(ConvTranspose2d.of(3, 2).kernel(2, 3).dilation(1, 2).padding(0, 1, 2, 1), 2, 3, 4),
                of(ConvTranspose2d.of(3, 1), 2, 3, 4),
                of(ConvTranspose1d.of(3, 3).stride(2).padding(1).outputPadding(1), 2, 4),
                of(ConvTranspose1d.of(4, 3).stride(3).padding(Padding.SAME).groups(2), 2, 3),
                of(ConvTranspose1d.of(2, 2).dilation(3).padding(0, 2), 2, 4),
                of(Upsample2d.of(2), 2, 3, 2),
                of(ZeroPad2d.of(1), 2, 3, 2),
                of(ZeroPad2d.of(0, 1, 2, 0), 2, 3, 2),
                of(ReflectPad2d.of(2), 2, 3, 4),
                of(Dropout.of(0.4), 2, 3, 4),
                of(SpatialDropout2d.of(0.4), 4, 3, 2),
                of(SpatialDropout1d.of(0.4), 4, 3),
                of(LayerNorm.of(), 2, 3, 4),
                of(LayerNorm.of(), 1, 4),
                of(GroupNorm.of(2), 4, 3, 2),
                of(GroupNorm.of(2).gamma(false).epsilon(1e-3), 4, 3, 2),
                of(LayerNorm.of().beta(false), 5, 3),
                of(InstanceNorm2d.of().gamma(false).beta(false), 3, 4, 5),
                of(GroupNorm.of(3), 3, 4),
                of(InstanceNorm2d.of(), 2, 3, 4),
                of(Residual.of(Sequence.of().dense(4).batchNorm1d().tanh()), 4),
                of(Concat.of(Sequence.of().conv2d(2, 1).batchNorm2d(), Sequence.of()), 3, 2, 3),
                of(Reshape.of(3, 4), 2, 3, 2),
                of(
                        Sequence.of()
                                .conv1d(3, 3)
                                .batchNorm1d()
                                .relu()
                                .maxPool1d(2)
                                .flatten()
                                .dense(2),
                        2,
                        8),
                of(Sequence.of().conv2d(3, 3).batchNorm2d().gelu().flatten().dense(2), 2, 4, 4));
    }

    private static Arguments of(Layer layer, long... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }
}
