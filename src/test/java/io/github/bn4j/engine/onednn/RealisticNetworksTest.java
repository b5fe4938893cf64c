package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.onednn.EngineComparison.Difference;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums over thousands of products, and weights that are no longer random: what small random graphs do not have. */
@NeedsOneDnn
class RealisticNetworksTest {

    private static final double BOUND = 2e-5;

    @ParameterizedTest
    @ValueSource(ints = {128, 512})
    void agreesWithFloat64OnManyChannels(int channels) {
        Network net = Network.input(channels, 8, 8)
                .conv2d(channels, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .then(DepthwiseConv2d.of(3))
                .batchNorm2d()
                .conv2d(16, 1)
                .build(channels);
        assertAgrees(net, 4);
    }

    /** Images that come as rows are copied to blocks of channels before they are normalised. */
    @Test
    void agreesWithFloat64OnNormsOfRawImages() {
        Network net = Network.input(32, 28, 28)
                .batchNorm2d()
                .relu()
                .batchNorm2d()
                .maxPool2d(4)
                .flatten()
                .dense(3)
                .build(1);
        assertAgrees(net, 4);
    }

    /** The second sum repeats axes, which oneDNN does not do here, so its ReLU is computed by itself. */
    @Test
    void agreesWithFloat64OnSumsBeforeReLUs() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Conv2d.of(16, 3).padding(Padding.SAME), g.input("x", 16, 8, 8));
        Value sum = g.call(new Relu(), g.add(x, g.call(BatchNorm2d.of(), x)));
        Value shifted = g.call(new Relu(), g.add(sum, g.input("shift", 16, 1, 1)));
        assertAgrees(g.build(g.call(Conv2d.of(16, 3), shifted)), 4);
    }

    @Test
    void agreesWithFloat64AfterTraining() {
        Network net = Network.input(1, 8, 8)
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(64)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
        net.trainer()
                .optimizer(Adam.of(1e-2))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(2)
                .batchSize(64)
                .fit(Digits.load());
        assertAgrees(net, 16);
    }

    private static void assertAgrees(Network net, int batch) {
        Graph graph = EngineComparison.withLoss(net.graph());
        EngineComparison comparison = new EngineComparison(graph, net.parameters(), Engine.oneDnn(), batch, 1);
        Difference prediction = comparison.prediction();
        Difference training = comparison.training();
        assertThat(prediction.error()).as("%s", prediction).isLessThanOrEqualTo(BOUND);
        assertThat(training.error()).as("%s", training).isLessThanOrEqualTo(BOUND);
    }
}
