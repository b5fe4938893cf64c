package io.github.bn4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.bn4j.graph.Layer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every built-in layer says of itself: what was asked for, and what differs from the defaults. */
class DescriptionTest {

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of(AvgPool2d.of(2), "AvgPool2d(2×2)"),
                Arguments.of(
                        AvgPool2d.of(3).stride(2).padding(1).countPadding(true),
                        "AvgPool2d(3×3, stride 2×2, padding 1×1, padding counts)"),
                Arguments.of(BatchNorm1d.of(), "BatchNorm1d()"),
                Arguments.of(
                        BatchNorm1d.of().epsilon(0.1).gamma(false).beta(false),
                        "BatchNorm1d(epsilon 0.1, no gamma, no beta)"),
                Arguments.of(BatchNorm2d.of(), "BatchNorm2d()"),
                Arguments.of(
                        BatchNorm2d.of().initialGamma(0).initialBeta(2).runningVariance(RunningVariance.BIASED),
                        "BatchNorm2d(gamma from 0.0, beta from 2.0, biased running variance)"),
                Arguments.of(
                        Concat.of(Relu.of(), Sequence.of().conv2d(2, 1)), "Concat(Relu() | Sequence(Conv2d(2, 1×1)))"),
                Arguments.of(Conv2d.of(16, 3), "Conv2d(16, 3×3)"),
                Arguments.of(
                        Conv2d.of(16, 3)
                                .kernel(3, 5)
                                .stride(2)
                                .padding(Padding.SAME)
                                .dilation(2)
                                .groups(4)
                                .useBias(false),
                        "Conv2d(16, 3×5, stride 2×2, SAME, dilation 2×2, groups 4, bias off)"),
                Arguments.of(Conv1d.of(16, 5), "Conv1d(16, 5)"),
                Arguments.of(
                        Conv1d.of(16, 5)
                                .kernel(3)
                                .stride(2)
                                .padding(4, 0)
                                .dilation(2)
                                .groups(4)
                                .useBias(false),
                        "Conv1d(16, 3, stride 2, padding before 4, after 0, dilation 2, groups 4, bias off)"),
                Arguments.of(Conv1d.of(16, 5).padding(Padding.SAME), "Conv1d(16, 5, SAME)"),
                Arguments.of(
                        ConvTranspose1d.of(8, 4)
                                .stride(2)
                                .padding(Padding.of(1))
                                .outputPadding(1),
                        "ConvTranspose1d(8, 4, stride 2, padding 1, output padding 1)"),
                Arguments.of(MaxPool1d.of(2), "MaxPool1d(2)"),
                Arguments.of(
                        MaxPool1d.of(3).stride(2).padding(1).ceilMode(true),
                        "MaxPool1d(3, stride 2, padding 1, ceil mode)"),
                Arguments.of(AvgPool1d.of(4).padding(1).countPadding(true), "AvgPool1d(4, padding 1, padding counts)"),
                Arguments.of(GlobalAvgPool1d.of(), "GlobalAvgPool1d()"),
                Arguments.of(GlobalMaxPool1d.of(), "GlobalMaxPool1d()"),
                Arguments.of(GlobalMaxPool2d.of(), "GlobalMaxPool2d()"),
                Arguments.of(Permute.of(1, 0), "Permute([1, 0])"),
                Arguments.of(ChannelSoftmax.of(), "ChannelSoftmax()"),
                Arguments.of(SpatialDropout1d.of(0.25), "SpatialDropout1d(0.25)"),
                Arguments.of(ConvTranspose2d.of(8, 3), "ConvTranspose2d(8, 3×3)"),
                Arguments.of(
                        ConvTranspose2d.of(8, 3).stride(2).padding(1).useBias(true),
                        "ConvTranspose2d(8, 3×3, stride 2×2, padding 1×1, bias on)"),
                Arguments.of(Dense.of(10), "Dense(10)"),
                Arguments.of(Dense.of(10).useBias(true), "Dense(10, bias on)"),
                Arguments.of(DepthwiseConv2d.of(3), "DepthwiseConv2d(3×3)"),
                Arguments.of(
                        DepthwiseConv2d.of(3).stride(2).padding(Padding.SAME).useBias(false),
                        "DepthwiseConv2d(3×3, stride 2×2, SAME, bias off)"),
                Arguments.of(Dropout.of(0.5), "Dropout(0.5)"),
                Arguments.of(Elu.of().alpha(0.5), "Elu(0.5)"),
                Arguments.of(Flatten.of(), "Flatten()"),
                Arguments.of(Gelu.of(), "Gelu()"),
                Arguments.of(GlobalAvgPool2d.of(), "GlobalAvgPool2d()"),
                Arguments.of(GroupNorm.of(4), "GroupNorm(4)"),
                Arguments.of(GroupNorm.of(4).epsilon(0.1).beta(false), "GroupNorm(4, epsilon 0.1, no beta)"),
                Arguments.of(InstanceNorm2d.of(), "InstanceNorm2d()"),
                Arguments.of(InstanceNorm2d.of().epsilon(0.1), "InstanceNorm2d(epsilon 0.1)"),
                Arguments.of(LayerNorm.of(), "LayerNorm()"),
                Arguments.of(LayerNorm.of().epsilon(0.1), "LayerNorm(epsilon 0.1)"),
                Arguments.of(LayerNorm.of().gamma(false).beta(false), "LayerNorm(no gamma, no beta)"),
                Arguments.of(LeakyRelu.of(), "LeakyRelu(0.01)"),
                Arguments.of(MaxPool2d.of(2), "MaxPool2d(2×2)"),
                Arguments.of(MaxPool2d.of(3, 2).stride(2).padding(1), "MaxPool2d(3×2, stride 2×2, padding 1×1)"),
                Arguments.of(
                        MaxPool2d.of(3)
                                .stride(2, 1)
                                .padding(0, 1, 2, 0)
                                .dilation(1, 2)
                                .ceilMode(true),
                        "MaxPool2d(3×3, stride 2×1, padding top 0, bottom 1, left 2, right 0, dilation 1×2, ceil mode)"),
                Arguments.of(AvgPool2d.of(2).padding(Padding.SAME).ceilMode(true), "AvgPool2d(2×2, SAME, ceil mode)"),
                Arguments.of(
                        ConvTranspose2d.of(8, 3).stride(2).outputPadding(1, 0).groups(4),
                        "ConvTranspose2d(8, 3×3, stride 2×2, output padding 1×0, groups 4)"),
                Arguments.of(ReflectPad2d.of(2), "ReflectPad2d(2×2)"),
                Arguments.of(Relu.of(), "Relu()"),
                Arguments.of(Reshape.of(3, 4), "Reshape([3, 4])"),
                Arguments.of(Residual.of(Dense.of(4)), "Residual(Dense(4))"),
                Arguments.of(
                        Residual.of(Conv2d.of(4, 3)).shortcut(Conv2d.of(4, 1)),
                        "Residual(Conv2d(4, 3×3), shortcut Conv2d(4, 1×1))"),
                Arguments.of(SeparableConv2d.of(8, 3), "SeparableConv2d(8, 3×3)"),
                Arguments.of(
                        SeparableConv2d.of(8, 3).stride(2).padding(Padding.SAME).useBias(true),
                        "SeparableConv2d(8, 3×3, stride 2×2, SAME, bias on)"),
                Arguments.of(Sequence.of(), "Sequence()"),
                Arguments.of(Sequence.of().dense(4).then("last", Relu.of()), "Sequence(Dense(4) → Relu())"),
                Arguments.of(Sigmoid.of(), "Sigmoid()"),
                Arguments.of(Silu.of(), "Silu()"),
                Arguments.of(Softplus.of(), "Softplus()"),
                Arguments.of(HardSwish.of(), "HardSwish()"),
                Arguments.of(Clip.of(0, 6), "Clip(0.0, 6.0)"),
                Arguments.of(Embedding.of(7, 3), "Embedding(7, 3)"),
                Arguments.of(SpatialDropout2d.of(0.25), "SpatialDropout2d(0.25)"),
                Arguments.of(Tanh.of(), "Tanh()"),
                Arguments.of(AdaptiveAvgPool2d.of(2, 3), "AdaptiveAvgPool2d(2×3)"),
                Arguments.of(ChannelShuffle.of(3), "ChannelShuffle(3)"),
                Arguments.of(ConstantPad2d.of(1, 0.5), "ConstantPad2d(1×1, 0.5)"),
                Arguments.of(EdgePad2d.of(0, 1, 2, 0), "EdgePad2d(top 0, bottom 1, left 2, right 0)"),
                Arguments.of(HardSigmoid.of(), "HardSigmoid()"),
                Arguments.of(PRelu.of(), "PRelu()"),
                Arguments.of(PRelu.of().perChannel(false), "PRelu(one slope)"),
                Arguments.of(Resize2d.of(7, 5), "Resize2d(7×5, BILINEAR)"),
                Arguments.of(StochasticDepth.of(0.2), "StochasticDepth(0.2)"),
                Arguments.of(
                        Upsample2d.of(2).interpolation(Interpolation.BILINEAR_ALIGNED),
                        "Upsample2d(2, BILINEAR_ALIGNED)"),
                Arguments.of(Upsample2d.of(2), "Upsample2d(2)"),
                Arguments.of(Upsample1d.of(2), "Upsample1d(2)"),
                Arguments.of(
                        Upsample1d.of(3).interpolation(Interpolation.BILINEAR_ALIGNED),
                        "Upsample1d(3, BILINEAR_ALIGNED)"),
                Arguments.of(AdaptiveAvgPool1d.of(4), "AdaptiveAvgPool1d(4)"),
                Arguments.of(AdaptiveMaxPool1d.of(4), "AdaptiveMaxPool1d(4)"),
                Arguments.of(AdaptiveMaxPool2d.of(2, 3), "AdaptiveMaxPool2d(2×3)"),
                Arguments.of(ZeroPad2d.of(1), "ZeroPad2d(1×1)"),
                Arguments.of(ZeroPad2d.of(0, 1, 2, 0), "ZeroPad2d(top 0, bottom 1, left 2, right 0)"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("layers")
    void says(Layer layer, String expected) {
        assertThat(layer).hasToString(expected);
    }

    @Test
    void coversEveryLayer() {
        List<String> classes = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.github.bn4j.layer")
                        .stream()
                        .filter(type -> type.isAssignableTo(Layer.class) && !type.isInterface())
                        .map(JavaClass::getSimpleName)
                        // The place of a layer in a sequence, which speaks for the layer.
                        .filter(name -> !name.equals("Step"))
                        .toList();

        assertThat(classes).hasSizeGreaterThan(25);
        assertThat(layers().map(row -> row.get()[0].getClass().getSimpleName()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(classes);
    }
}
