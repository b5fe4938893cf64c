package io.github.bn4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.github.bn4j.Network;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.layer.*;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every layer on its way to ONNX Runtime. */
class OnnxLayersTest {

    @TempDir
    Path folder;

    static Stream<Arguments> layers() {
        return Stream.concat(LayerCases.all(), Stream.concat(realisticLayers(), realisticLayersOverSequences()));
    }

    /** Of 15 channels and a length that no window divides. */
    static Stream<Arguments> realisticLayersOverSequences() {
        return Stream.of(
                        Conv1d.of(21, 5).groups(3).padding(Padding.SAME),
                        Conv1d.of(10, 3).dilation(4).stride(2).padding(8, 0),
                        ConvTranspose1d.of(21, 4)
                                .stride(3)
                                .padding(1)
                                .outputPadding(2)
                                .groups(3),
                        ConvTranspose1d.of(9, 2).dilation(3).padding(0, 2),
                        MaxPool1d.of(3).stride(2).padding(1).ceilMode(true),
                        MaxPool1d.of(3).dilation(2).padding(2, 0),
                        MaxPool1d.of(2).dilation(4).padding(3, 2),
                        AvgPool1d.of(4).padding(1, 2).ceilMode(true),
                        AvgPool1d.of(3).dilation(2).padding(2).countPadding(true),
                        AdaptiveAvgPool1d.of(4),
                        AdaptiveAvgPool1d.of(37),
                        AdaptiveMaxPool1d.of(4),
                        AdaptiveMaxPool1d.of(50),
                        Upsample1d.of(3),
                        Upsample1d.of(2).interpolation(Interpolation.BILINEAR),
                        GlobalAvgPool1d.of(),
                        GlobalMaxPool1d.of(),
                        Permute.of(1, 0),
                        ChannelSoftmax.of(),
                        PRelu.of(),
                        BatchNorm1d.of().epsilon(1e-3),
                        Sequence.of()
                                .conv1d(13, 7)
                                .batchNorm1d()
                                .pRelu()
                                .maxPool1d(2)
                                .conv1d(24, 3)
                                .batchNorm1d()
                                .relu()
                                .globalAvgPool1d()
                                .dense(5)
                                .softmax())
                .map(layer -> Arguments.of(layer, Shape.of(15, 37)));
    }

    /** Channels are no multiple of 8, windows differ in their two directions, and rows and columns are left over. */
    static Stream<Arguments> realisticLayers() {
        return Stream.of(
                        Conv2d.of(21, 3).groups(3).padding(Padding.SAME),
                        Conv2d.of(10, 3).kernel(3, 5).dilation(2, 1).stride(2).padding(1, 2, 0, 3),
                        Conv2d.of(30, 1).stride(2).groups(15),
                        DepthwiseConv2d.of(5).stride(2).padding(2),
                        DepthwiseConv2d.of(3).dilation(3, 2).padding(Padding.SAME),
                        SeparableConv2d.of(19, 3).stride(2, 1).padding(1),
                        ConvTranspose2d.of(10, 4).stride(2).padding(1),
                        ConvTranspose2d.of(21, 3)
                                .stride(2)
                                .padding(1)
                                .outputPadding(1)
                                .groups(3),
                        ConvTranspose2d.of(9, 3)
                                .kernel(2, 3)
                                .dilation(2, 3)
                                .stride(3, 2)
                                .padding(0, 2, 1, 1),
                        MaxPool2d.of(3).stride(2).padding(1).ceilMode(true),
                        MaxPool2d.of(3, 2).dilation(2, 3).stride(1, 2).padding(1, 0),
                        MaxPool2d.of(3, 2).dilation(2, 3).stride(1, 2).padding(4, 3),
                        AvgPool2d.of(3).stride(2).padding(1).countPadding(true).ceilMode(true),
                        AvgPool2d.of(3).stride(2).padding(0, 1, 1, 0).ceilMode(true),
                        AvgPool2d.of(3, 2).dilation(1, 3).padding(1).countPadding(true),
                        AvgPool2d.of(4).padding(Padding.SAME),
                        AdaptiveAvgPool2d.of(4, 5),
                        AdaptiveAvgPool2d.of(17, 20),
                        AdaptiveMaxPool2d.of(4, 5),
                        AdaptiveMaxPool2d.of(17, 20),
                        Resize2d.of(23, 7),
                        Resize2d.of(23, 7).interpolation(Interpolation.BILINEAR),
                        Resize2d.of(5, 30).interpolation(Interpolation.BILINEAR_ALIGNED),
                        Upsample2d.of(3),
                        GroupNorm.of(5),
                        GroupNorm.of(3).epsilon(1e-2),
                        InstanceNorm2d.of(),
                        LayerNorm.of(),
                        PRelu.of(),
                        ChannelShuffle.of(5),
                        BatchNorm2d.of().runningVariance(RunningVariance.BIASED),
                        BatchNorm2d.of().updateRunning(false).trainAffine(false),
                        BatchNorm2d.of().epsilon(1e-3).gamma(false),
                        BatchNorm2d.of().epsilon(0.1).beta(false).runningAverage(RunningAverage.keep(0.3)),
                        Sequence.of()
                                .conv2d(13, 3)
                                .batchNorm2d()
                                .relu6()
                                .globalAvgPool2d()
                                .dense(11)
                                .batchNorm1d())
                .map(layer -> Arguments.of(layer, Shape.of(15, 11, 14)));
    }

    private static Network network(Layer layer, Shape shape, DataType type) {
        return OnnxComparison.livedIn(
                Network.input(shape.dims()).then(layer).build(3).to(type), 4);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("layers")
    void computesEveryLayerAlike(Layer layer, Shape shape) throws OrtException {
        Network net = network(layer, shape, DataType.FLOAT);
        for (int opset : new int[] {13, 17, 21}) {
            try {
                OnnxComparison.assertAlike(
                        net,
                        folder.resolve("layer.onnx"),
                        OnnxOptions.defaults().opset(opset),
                        1e-5,
                        1,
                        5,
                        33);
            } catch (CheckpointException refused) {
                assertThat(opset).isLessThan(19);
                assertThat(refused)
                        .hasMessageStartingWith("exportOnnx expects average pooling without dilation below opset 19");
            }
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("layers")
    void bringsEveryLayerBack(Layer layer, Shape shape) {
        Path file = folder.resolve("layer.onnx");
        for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
            Network net = network(layer, shape, type);
            for (int opset : new int[] {19, 21}) {
                net.exportOnnx(file, OnnxOptions.defaults().opset(opset));
                OnnxComparison.assertComesBack(net, file, type == DataType.DOUBLE ? 1e-12 : 1e-6, 5);
            }
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("layers")
    void computesEveryLayerAlikeInDoublePrecision(Layer layer, Shape shape) throws OrtException {
        Network net = network(layer, shape, DataType.DOUBLE);
        try {
            OnnxComparison.assertAlike(
                    net, folder.resolve("layer.onnx"), OnnxOptions.defaults().opset(21), 1e-12, 5);
        } catch (OrtException withoutDouble) {
            assertThat(withoutDouble).hasMessageContaining("NOT_IMPLEMENTED");
        }
    }
}
