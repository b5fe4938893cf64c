package io.github.bn4j.bias;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.Concat;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Residual;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.model.DenseNet;
import io.github.bn4j.model.ReferenceNetwork;
import io.github.bn4j.model.ResNet;
import io.github.bn4j.model.UNet;
import io.github.bn4j.op.Multiplication;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bias of well-known architectures in small widths, decided and proven. */
class ArchitecturesTest {

    private static final Padding SAME = Padding.SAME;

    private static Sequence start() {
        return Sequence.of();
    }

    private static Conv2d conv(int filters, int kernel, int stride) {
        return Conv2d.of(filters, kernel).stride(stride).padding(SAME);
    }

    private static Layer convNormRelu(int filters, int kernel, int stride) {
        return start().then(conv(filters, kernel, stride)).batchNorm2d().relu();
    }

    /** He et al. 2016, Identity Mappings, figure 4 (e): the sum itself is normalised only at the start of the next blocks. */
    private static Network preActivationResNet18() {
        NetworkBuilder net = Network.input(3, 12, 12).conv2d(4, 3, SAME);
        for (int stage = 0; stage < 4; stage++) {
            int width = 4 + stage;
            for (int block = 0; block < 2; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                Residual residual = Residual.of(start().batchNorm2d()
                        .relu()
                        .then(conv(width, 3, stride))
                        .batchNorm2d()
                        .relu()
                        .conv2d(width, 3, SAME));
                net = net.then(stride == 2 ? residual.shortcut(conv(width, 1, stride)) : residual);
            }
        }
        return net.batchNorm2d().relu().globalAvgPool2d().dense(3).build(1);
    }

    /** Sandler et al. 2018, MobileNetV2, figure 3: three inverted residuals with linear bottlenecks, of the seventeen. */
    private static Network invertedResiduals() {
        NetworkBuilder net = Network.input(3, 8, 8).then(convNormRelu(4, 3, 2));
        for (int stride : new int[] {1, 2, 1}) {
            Sequence block = start().then(convNormRelu(8, 1, 1))
                    .then(DepthwiseConv2d.of(3).stride(stride).padding(SAME))
                    .batchNorm2d()
                    .relu()
                    .conv2d(4, 1)
                    .batchNorm2d();
            net = net.then(stride == 1 ? Residual.of(block) : block);
        }
        return net.then(convNormRelu(6, 1, 1)).globalAvgPool2d().dense(3).build(1);
    }

    /** Tan and Le 2019, EfficientNet, section 4, with squeeze and excitation as in Hu et al. 2018, figure 2. */
    private static Network squeezeExcite() {
        Layer gate = start().globalAvgPool2d()
                .then("squeeze", Dense.of(2))
                .silu()
                .then("excite", Dense.of(6))
                .sigmoid()
                .reshape(6, 1, 1);
        Layer excitation = (scope, x) -> scope.apply(new Multiplication(), x, scope.call("gate", gate, x));
        return Network.input(3, 6, 6)
                .conv2d(4, 3, SAME)
                .batchNorm2d()
                .silu()
                .residual(b -> b.conv2d(6, 1)
                        .batchNorm2d()
                        .silu()
                        .depthwiseConv2d(3, SAME)
                        .batchNorm2d()
                        .silu()
                        .then("se", excitation)
                        .conv2d(4, 1)
                        .batchNorm2d())
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    /** Szegedy et al. 2016, Rethinking the Inception Architecture, figures 5 and 6; one branch pools, one is normalised late. */
    private static Network inception() {
        return Network.input(3, 8, 8)
                .then(convNormRelu(4, 3, 1))
                .then(Concat.of(
                        convNormRelu(2, 1, 1),
                        start().then(convNormRelu(2, 1, 1))
                                .then(Conv2d.of(3, 1).kernel(1, 7).padding(SAME))
                                .batchNorm2d()
                                .relu()
                                .then(Conv2d.of(3, 1).kernel(7, 1).padding(SAME))
                                .batchNorm2d()
                                .relu(),
                        start().then(AvgPool2d.of(3).stride(1).padding(1)).then(convNormRelu(2, 1, 1)),
                        start().then(MaxPool2d.of(3).stride(1).padding(1)).then(convNormRelu(2, 1, 1))))
                .then(Concat.of(
                        start().conv2d(2, 1),
                        start().conv2d(2, 3, SAME),
                        start().conv2d(2, 1).then(AvgPool2d.of(3).stride(1).padding(1))))
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(3)
                .build(1);
    }

    static Stream<Arguments> architectures() {
        return Stream.of(
                Arguments.of("ResNet-18", small(ResNet.of(18).width(4)), 20, List.of("fc")),
                Arguments.of("pre-activation ResNet-18", preActivationResNet18(), 20, List.of("dense_1")),
                Arguments.of(
                        "DenseNet",
                        small(DenseNet.of(121).blocks(3, 3).growth(2).stem(4)),
                        14,
                        List.of("classifier")),
                Arguments.of("inverted residuals", invertedResiduals(), 11, List.of("dense_1")),
                Arguments.of(
                        "EfficientNet block",
                        squeezeExcite(),
                        4,
                        List.of("residual_1.branch.se.gate.squeeze", "residual_1.branch.se.gate.excite", "dense_1")),
                Arguments.of("Inception", inception(), 10, List.of("dense_1")),
                // The borders of a zero-padded convolution show the constant that a transposed one before it adds.
                Arguments.of(
                        "U-Net",
                        small(UNet.of().width(2)),
                        18,
                        List.of("up1.up", "up2.up", "up3.up", "up4.up", "outc.conv")));
    }

    private static Network small(ReferenceNetwork<?> network) {
        return network.classes(3).input(3, 32, 32).build(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("architectures")
    void isDecidedAndProven(String name, Network net, int dropped, List<String> kept) {
        BiasReport report = net.explainBias();
        assertThat(report.decisions().stream().filter(BiasDecision::kept))
                .as(report.toString())
                .extracting(BiasDecision::layer)
                .containsExactlyElementsOf(kept);
        assertThat(report.absent()).as(report.toString()).hasSize(dropped);
        BiasProof proof = net.proveBias();
        assertThat(proof.evidence())
                .as(proof.toString())
                .noneMatch(BiasProof.Evidence::contradicts)
                .noneMatch(BiasProof.Evidence::unconfirmed);
    }
}
