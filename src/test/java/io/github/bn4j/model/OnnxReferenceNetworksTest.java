package io.github.bn4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.github.bn4j.Network;
import io.github.bn4j.PublicApi;
import io.github.bn4j.onnx.OnnxComparison;
import io.github.bn4j.onnx.OnnxOptions;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reference network, narrow or on small images, on its way to ONNX Runtime. */
class OnnxReferenceNetworksTest {

    @TempDir
    Path folder;

    static Stream<ReferenceNetwork<?>> networks() {
        return Stream.of(
                ResNet.of(18).width(12).classes(5).input(3, 64, 50),
                ResNet.of(50).width(12).classes(5).input(3, 64, 64),
                CifarResNet.of(20),
                Vgg.of(11).hidden(32).classes(5).input(3, 64, 64),
                MobileNetV2.of().width(0.5).classes(5).input(3, 64, 64),
                MobileNetV3.large().width(0.5).classes(5).input(3, 64, 64),
                MobileNetV3.small().classes(5).input(3, 64, 64),
                DenseNet.of(121).growth(8).stem(20).classes(5).input(3, 64, 64),
                EfficientNet.of(0).classes(5).input(3, 64, 64),
                ShuffleNetV2.of(0.5).classes(5).input(3, 64, 64),
                GoogLeNet.of().auxiliary(true).transformInput(true).classes(5).input(3, 64, 64),
                InceptionV3.of().transformInput(true).classes(5).input(3, 75, 75),
                UNet.of().width(6).classes(3).input(3, 36, 50),
                UNet.of().width(6).bilinear(true).classes(3).input(3, 36, 50));
    }

    @Test
    void areAllReferenceNetworks() {
        assertThat(networks().map(network -> network.getClass().getName()))
                .containsAll(PublicApi.types().stream()
                        .filter(type -> type.isAssignableTo(ReferenceNetwork.class) && !type.isInterface())
                        .map(type -> type.getName())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("networks")
    void computesAlikeAndComesBack(ReferenceNetwork<?> network) throws OrtException {
        Network net = OnnxComparison.livedIn(network.build(1), 2, 0.1);

        Path file = folder.resolve("net.onnx");
        OnnxComparison.assertAlike(net, file, OnnxOptions.defaults(), 1e-5, 1, 3);
        Network back = OnnxComparison.assertComesBack(net, file, 1e-5, 2);
        assertThat(back.parameters().names()).isEqualTo(net.parameters().names());
    }
}
