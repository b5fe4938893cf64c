package io.github.bn4j.norm;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.FoldedNetwork;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.check.LayerCheck;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.text.Finding;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A linear op and an activation that the library does not have are folded, analysed and trained like its own. */
class StrangersOpsTest {

    private static Network net(DataType type) {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(BatchNorm1d.of(), g.call(new Pointwise(7), g.input("x", 3, 9)));
        Value y = g.call(BatchNorm1d.of(), g.call(new Pointwise(5), g.call(new Magnitude(), x)));
        return g.build(5, type, g.call(Dense.of(3), g.call(Flatten.of(), g.call(new Magnitude(), y))));
    }

    @Test
    void keepTheContract() {
        for (Layer layer : new Layer[] {new Pointwise(7), new Magnitude()}) {
            assertThat(LayerCheck.violations(layer, Shape.of(3, 9))).isEmpty();
        }
    }

    @Test
    void haveNoBiasBeforeBatchNorm() {
        assertThat(net(DataType.FLOAT).parameters().names())
                .contains("pointwise_1.weight", "pointwise_2.weight")
                .doesNotContain("pointwise_1.bias", "pointwise_2.bias");
    }

    @Test
    void takeBatchNormsIn() {
        Network net = Weights.shaken(net(DataType.DOUBLE), 3);
        FoldedNetwork folded = net.fold();
        assertThat(folded.report().absorbed().keySet()).containsExactly("batchnorm1d_1", "batchnorm1d_2");
        assertThat(folded.report().left()).isEmpty();
        INDArray x = Noise.normal(DataType.DOUBLE, 4, 6, 3, 9);
        assertTensor(folded.network().predict(x)).isRelativelyCloseTo(net.predict(x), 1e-12);
    }

    @Test
    void takeGammasOver() {
        assertThat(PointlessGammas.of(net(DataType.FLOAT).graph()))
                .extracting(Finding::toString)
                .containsExactly(
                        "batchnorm1d_1.gamma could be left out: pointwise_2 can scale as well",
                        "batchnorm1d_2.gamma could be left out: dense_1 can scale as well");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void train(boolean reference) {
        Network net = reference ? net(DataType.FLOAT).on(Engine.nd4j()) : net(DataType.FLOAT);
        INDArray x = Noise.normal(DataType.FLOAT, 6, 60, 3, 9);
        INDArray y = Noise.normal(DataType.FLOAT, 7, 60, 3);
        History history = net.trainer()
                .optimizer(Adam.of(0.01))
                .loss(Loss.meanSquaredError())
                .epochs(30)
                .batchSize(20)
                .fit(Dataset.of(x, y));
        double first = history.epochs().get(0).trainLoss();
        assertThat(history.epochs().get(29).trainLoss()).isLessThan(first / 2);
    }
}
