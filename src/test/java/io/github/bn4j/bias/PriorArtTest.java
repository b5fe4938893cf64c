package io.github.bn4j.bias;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Relu;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks on which tools that match neighbours, names or the order of execution decide wrongly. */
class PriorArtTest {

    static Stream<Arguments> networks() {
        return Stream.of(
                of(
                        "MMCV ConvModule, order norm → act → conv: drops a needed bias",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4)
                                .batchNorm2d()
                                .relu()
                                .conv2d(3, 3)
                                .relu()
                                .build(1)),
                of(
                        "MMCV ConvModule with group norm: drops a needed bias",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4).conv2d(4, 3).groupNorm(2).relu().build(1)),
                of(
                        "MMCV ConvModule.forward(norm=False): has neither norm nor bias",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4).conv2d(3, 3).relu().build(1)),
                of(
                        "fastai ConvLayer(bn_1st=False): activation between, drops a needed bias",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4).conv2d(3, 3).relu().batchNorm2d().build(1)),
                of(
                        "fastai LinBnDrop: the final classifier has no bias",
                        "kept",
                        "dense_1",
                        Network.input(4).batchNorm1d().dropout(0.2).dense(3).build(1)),
                of(
                        "Metalhead conv_norm(revnorm=true): norm first, drops a needed bias",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4).batchNorm2d().conv2d(3, 3).relu().build(1)),
                of(
                        "Metalhead conv_norm(preact=true): activation between, drops a needed bias",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4).conv2d(3, 3).tanh().batchNorm2d().build(1)),
                of(
                        "NeuraLint's own example, conv(relu) → dropout → BN: calls a needed bias useless",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4)
                                .conv2d(3, 3)
                                .relu()
                                .dropout(0.25)
                                .batchNorm2d()
                                .build(1)),
                of(
                        "TorchTidy: a parallel branch's BN is next in the order of execution",
                        "kept",
                        "conv2d_1",
                        parallel()),
                of(
                        "TorchTidy: sees no dense layers",
                        "dropped",
                        "dense_1",
                        Network.input(4).dense(3).batchNorm1d().relu().build(1)),
                of(
                        "AllenNLP: layer norm does not cancel",
                        "kept",
                        "dense_1",
                        Network.input(4).dense(3).layerNorm().relu().build(1)),
                of(
                        "AllenNLP: misses what has a pooling in between",
                        "dropped",
                        "conv2d_1",
                        Network.input(2, 4, 4)
                                .conv2d(3, 1)
                                .maxPool2d(2)
                                .batchNorm2d()
                                .relu()
                                .build(1)),
                of(
                        "AllenNLP: a functional activation in between fires no hook",
                        "kept",
                        "dense_1",
                        Network.input(4).dense(3).sigmoid().batchNorm1d().build(1)),
                of(
                        "TF-Slim: overrides an explicit request silently",
                        "on (pointless)",
                        "dense_1",
                        Network.input(4)
                                .then(Dense.of(3).useBias(true))
                                .batchNorm1d()
                                .relu()
                                .build(1)),
                of("Lasagne batch_norm: the layer feeds another branch too", "kept", "conv2d_1", secondConsumer()),
                of(
                        "timm ConvNormAct(apply_norm=False): has neither norm nor bias",
                        "kept",
                        "conv2d_1",
                        Network.input(2, 4, 4).conv2d(3, 3).silu().build(1)),
                of("graph fusion of a layer that is called twice, once without BN", "kept", "conv2d_1", calledTwice()));
    }

    private static Arguments of(String mistake, String word, String layer, Network net) {
        return Arguments.of(mistake, word, layer, net);
    }

    private static Network parallel() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2, 4, 4);
        Value conv = g.call(Conv2d.of(2, 1), x);
        Value other = g.call(BatchNorm2d.of(), x);
        return g.build(g.add(g.call(Relu.of(), conv), other));
    }

    private static Network secondConsumer() {
        GraphBuilder g = new GraphBuilder();
        Value conv = g.call(Conv2d.of(2, 1), g.input("x", 2, 4, 4));
        return g.build(g.call(BatchNorm2d.of(), conv), g.call(MaxPool2d.of(2), conv));
    }

    private static Network calledTwice() {
        GraphBuilder g = new GraphBuilder();
        Conv2d shared = Conv2d.of(2, 1);
        Value normalised = g.call(BatchNorm2d.of(), g.call(shared, g.input("a", 2, 4, 4)));
        return g.build(normalised, g.call(Relu.of(), g.call(shared, g.input("b", 2, 4, 4))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void isDecidedRightly(String mistake, String word, String layer, Network net) {
        BiasDecision decision = net.explainBias().of(layer);
        assertThat(decision.word()).as(decision.story().toString()).isEqualTo(word);
        assertThat(net.proveBias(layer).evidence().get(0).unchanged()).isEqualTo(decision.redundant());
    }

    /** The converse mistake, as in fastai's head and in timm without norm: no bias, and nothing that makes up for it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("converse")
    void findsTheMissingShift(String mistake, boolean missing, Network net) {
        assertThat(net.explainBias().findings(BiasFinding.MISSING_SHIFT)).hasSize(missing ? 1 : 0);
    }

    static Stream<Arguments> converse() {
        Dense dense = Dense.of(3).useBias(false);
        Conv2d conv = Conv2d.of(4, 1).useBias(false);
        return Stream.of(
                Arguments.of(
                        "BN → dropout → dense without bias",
                        true,
                        Network.input(4).batchNorm1d().dropout(0.2).then(dense).build(1)),
                Arguments.of(
                        "conv without bias → SiLU",
                        true,
                        Network.input(2, 4, 4).then(conv).silu().build(1)),
                Arguments.of(
                        "conv without bias → max pooling → ReLU, as in DJL's LeNet",
                        true,
                        Network.input(2, 4, 4).then(conv).maxPool2d(2).relu().build(1)),
                Arguments.of(
                        "dense dropped before BN without beta",
                        true,
                        Network.input(4)
                                .dense(3)
                                .then(BatchNorm1d.of().beta(false))
                                .relu()
                                .build(1)),
                Arguments.of(
                        "dense dropped before BN whose beta is fixed",
                        true,
                        Network.input(4)
                                .dense(3)
                                .then(BatchNorm1d.of().trainAffine(false))
                                .relu()
                                .build(1)),
                Arguments.of(
                        "conv without bias → BN",
                        false,
                        Network.input(2, 4, 4).then(conv).batchNorm2d().relu().build(1)),
                Arguments.of(
                        "conv without bias → group norm with beta",
                        false,
                        Network.input(2, 4, 4).then(conv).groupNorm(2).relu().build(1)),
                Arguments.of(
                        "dense without bias → dropout → BN",
                        false,
                        Network.input(4).then(dense).dropout(0.2).batchNorm1d().build(1)),
                Arguments.of(
                        "dense without bias → dense with bias",
                        false,
                        Network.input(4).then(dense).dense(2).build(1)),
                Arguments.of(
                        "everything by itself",
                        false,
                        Network.input(4).dense(3).batchNorm1d().relu().dense(2).build(1)));
    }
}
