package io.github.bn4j.bias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class BiasAnalysisTest {

    private static String word(Network net, String layer) {
        return net.explainBias().of(layer).word();
    }

    @Test
    void dropsABiasRightBeforeBatchNorm() {
        Network net = Network.input(4).dense(3).batchNorm1d().relu().dense(2).build(1);
        assertThat(word(net, "dense_1")).isEqualTo("dropped");
        assertThat(word(net, "dense_2")).isEqualTo("kept");
        assertThat(net.parameters().names())
                .containsExactly(
                        "dense_1.weight",
                        "batchnorm1d_1.gamma",
                        "batchnorm1d_1.beta",
                        "batchnorm1d_1.runningMean",
                        "batchnorm1d_1.runningVariance",
                        "dense_2.weight",
                        "dense_2.bias");
        assertThat(net.explainBias("dense_1"))
                .hasToString("dense_1 needs no bias; leaving it out saves 3 parameters. A constant added there goes"
                        + " → batchnorm1d_1: batchnorm1d_1 subtracts the mean of the batch from each channel.");
    }

    @Test
    void keepsABiasBehindAnActivation() {
        Network net = Network.input(4).dense(3).relu().batchNorm1d().dense(2).build(1);
        assertThat(word(net, "dense_1")).isEqualTo("kept");
    }

    @Test
    void seesThroughLinearLayersAndPooling() {
        Network net = Network.input(2, 8, 8)
                .conv2d(3, 3, Padding.SAME)
                .maxPool2d(2)
                .conv2d(4, 1)
                .batchNorm2d()
                .flatten()
                .dense(5)
                .dense(6)
                .batchNorm1d()
                .dense(2)
                .build(1);
        assertThat(word(net, "conv2d_1")).isEqualTo("dropped");
        assertThat(word(net, "conv2d_2")).isEqualTo("dropped");
        assertThat(word(net, "dense_1")).isEqualTo("dropped");
        assertThat(word(net, "dense_2")).isEqualTo("dropped");
        assertThat(word(net, "dense_3")).isEqualTo("kept");
    }

    @Test
    void keepsABiasThatALaterPaddingMakesVisible() {
        Network padded = Network.input(2, 8, 8)
                .conv2d(3, 3)
                .conv2d(4, 3, Padding.SAME)
                .batchNorm2d()
                .build(1);
        assertThat(word(padded, "conv2d_1")).isEqualTo("kept");
        Network perFeature = Network.input(2, 8, 8)
                .conv2d(3, 3)
                .conv2d(4, 3, Padding.SAME)
                .flatten()
                .batchNorm1d()
                .build(1);
        assertThat(word(perFeature, "conv2d_1")).isEqualTo("dropped");
    }

    @Test
    void keepsABiasThatLeaksPastTheBatchNorm() {
        GraphBuilder g = new GraphBuilder();
        Value hidden = g.call(Dense.of(3), g.input("x", 4));
        Value normalised = g.call(BatchNorm1d.of(), hidden);
        assertThat(word(g.build(normalised), "dense_1")).isEqualTo("dropped");
        assertThat(word(g.build(normalised, hidden), "dense_1")).isEqualTo("kept");
    }

    @Test
    void keepsTheBiasOfASharedLayerThatOneCallNeeds() {
        GraphBuilder g = new GraphBuilder();
        Dense shared = Dense.of(3);
        Value first = g.call(shared, g.input("a", 4));
        Value second = g.call(shared, g.input("b", 4));
        Value normalised = g.call(BatchNorm1d.of(), first);
        Value alsoNormalised = g.call(BatchNorm1d.of(), second);
        assertThat(word(g.build(normalised, alsoNormalised), "dense_1")).isEqualTo("dropped");
        Network net = g.build(normalised, second);
        assertThat(word(net, "dense_1")).isEqualTo("kept");
        assertThat(net.parameters().names())
                .filteredOn(name -> name.endsWith("weight"))
                .hasSize(1);
    }

    @Test
    void honoursWhatWasAskedFor() {
        Network net = Network.input(4)
                .then(Dense.of(3).useBias(true))
                .batchNorm1d()
                .then(Dense.of(2).useBias(false))
                .build(1);
        assertThat(word(net, "dense_1")).isEqualTo("on (pointless)");
        assertThat(word(net, "dense_2")).isEqualTo("off");
        assertThat(net.parameters().has("dense_1.bias")).isTrue();
        assertThat(net.parameters().has("dense_2.bias")).isFalse();
        assertThat(net.explainBias("dense_1"))
                .hasToString(
                        "dense_1 has a bias because it was asked for. It is pointless: no value of it changes an output in"
                                + " training. A constant added there goes → batchnorm1d_1: batchnorm1d_1 subtracts the mean of the"
                                + " batch from each channel. Note: dense_1 has a bias that changes no output in training;"
                                + " absorbBias() takes it out exactly and saves 3 parameters.");
        assertThat(net.explainBias("dense_2"))
                .hasToString(
                        "dense_2 has no bias because it was switched off. A constant added there goes → output: an output"
                                + " of the network shows it. Note: dense_2 has no bias, and nothing behind it adds a learned shift"
                                + " before an output; switch on its bias or the beta behind it.");
    }

    @Test
    void keepsABiasBeforeABatchNormOfRunningStatistics() {
        Network net = Network.input(4)
                .dense(3)
                .then(BatchNorm1d.of().statistics(Statistics.running()))
                .build(1);
        assertThat(word(net, "dense_1")).isEqualTo("kept");
    }

    /** Zeros around a constant make it differ by position, which a norm of images passes on and one of features cancels. */
    private static Network bordered(Conv2d biased, boolean update) {
        return Network.input(2, 4, 4)
                .then(biased)
                .then(DepthwiseConv2d.of(3).padding(Padding.SAME))
                .then(BatchNorm2d.of().statistics(Statistics.running()).updateRunning(update))
                .flatten()
                .batchNorm1d()
                .relu()
                .dense(2)
                .build(3, DataType.DOUBLE);
    }

    private static double lossWith(double bias, boolean update) {
        Network net = bordered(Conv2d.of(3, 1).useBias(true), update);
        net.parameters().get("conv2d_1.bias").assign(bias);
        return net.trainer()
                .loss(Loss.meanSquaredError())
                .optimizer(Sgd.of(0.1))
                .epochs(5)
                .fit(Dataset.of(Noise.normal(DataType.DOUBLE, 1, 9, 2, 4, 4), Noise.normal(DataType.DOUBLE, 2, 9, 2)))
                .last()
                .trainLoss();
    }

    @Test
    void keepsABiasThatMovesARunningVariance() {
        BiasDecision kept = bordered(Conv2d.of(3, 1), true).explainBias().of("conv2d_1");
        assertThat(kept.kept()).isTrue();
        assertThat(kept.reason())
                .isEqualTo(
                        "→ depthwiseconv2d_1 → batchnorm2d_1: batchnorm2d_1 takes a shift that differs by position into"
                                + " its running variance");
        assertThat(Math.abs(lossWith(3, true) - lossWith(0, true))).isGreaterThan(1e-7);

        assertThat(word(bordered(Conv2d.of(3, 1), false), "conv2d_1")).isEqualTo("dropped");
        assertThat(lossWith(3, false)).isCloseTo(lossWith(0, false), within(1e-12));
    }

    @Test
    void listsTheLayersThereAreWhenAskedForAnother() {
        Network net = Network.input(2, 4, 4)
                .then("stem", Conv2d.of(3, 3))
                .batchNorm2d()
                .build(1);
        assertThatThrownBy(() -> net.explainBias("conv"))
                .hasMessage("explainBias expects a layer with a bias but got \"conv\"; this network has [stem]");
    }

    @Test
    void followsBranches() {
        Network preActivation = Network.input(2, 6, 6)
                .conv2d(3, 1)
                .residual(b -> b.batchNorm2d().relu().conv2d(3, 3, Padding.SAME))
                .batchNorm2d()
                .build(1);
        assertThat(word(preActivation, "conv2d_1")).isEqualTo("dropped");
        assertThat(word(preActivation, "residual_1.branch.conv2d_1")).isEqualTo("dropped");
        Network leaking = Network.input(2, 6, 6)
                .conv2d(3, 1)
                .residual(b -> b.batchNorm2d().relu().conv2d(3, 3, Padding.SAME))
                .build(1);
        assertThat(word(leaking, "conv2d_1")).isEqualTo("kept");
        Network joined = Network.input(2, 6, 6)
                .concat(b -> b.conv2d(3, 1), b -> b.conv2d(2, 3, Padding.SAME).relu())
                .batchNorm2d()
                .build(1);
        assertThat(word(joined, "concat_1.branch_1.conv2d_1")).isEqualTo("dropped");
        assertThat(word(joined, "concat_1.branch_2.conv2d_1")).isEqualTo("kept");
    }

    @Test
    void knowsWhatOtherNormsCancel() {
        assertThat(word(Network.input(2, 6, 6).conv2d(4, 3).instanceNorm2d().build(1), "conv2d_1"))
                .isEqualTo("dropped");
        assertThat(word(Network.input(2, 6, 6).conv2d(4, 3).groupNorm(2).build(1), "conv2d_1"))
                .isEqualTo("kept");
        assertThat(word(Network.input(2, 6, 6).conv2d(4, 3).layerNorm().build(1), "conv2d_1"))
                .isEqualTo("kept");
        assertThat(word(
                        Network.input(2, 6, 6)
                                .conv2d(4, 3)
                                .dropout(0.5)
                                .batchNorm2d()
                                .build(1),
                        "conv2d_1"))
                .isEqualTo("kept");
    }
}
