package io.github.bn4j.train;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.RunningVariance;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An op of a stranger that measures its batches trains like the batch normalisation that it imitates. */
class StrangersStatisticsTest {

    private static final BatchNorm1d OURS =
            BatchNorm1d.of().gamma(false).beta(false).runningVariance(RunningVariance.BIASED);

    /** 58 examples: batches of 8 leave one of 2, steps of 24 one of 10. */
    private static Dataset data(DataType type) {
        Random random = new Random(5);
        return Dataset.of(
                Tensors.of(type, random.doubles(58 * 7, -1, 3).toArray(), 58, 7),
                Tensors.of(type, random.doubles(58 * 3, -1, 1).toArray(), 58, 3));
    }

    private static Network net(Layer norm, DataType type) {
        return Network.input(7)
                .then(Dense.of(13).useBias(false))
                .then("norm", norm)
                .relu()
                .dense(3)
                .build(1, type);
    }

    private static void assertTrainAlike(
            DataType type, UnaryOperator<Network> engine, UnaryOperator<Trainer> settings, double tolerance) {
        Network ours = net(OURS, type);
        Network strangers = net(new StrangersNorm(), type);
        for (Network net : new Network[] {ours, strangers}) {
            settings.apply(engine.apply(net)
                            .trainer()
                            .optimizer(Sgd.of(0.05))
                            .loss(Loss.meanSquaredError())
                            .batchSize(8)
                            .epochs(4))
                    .fit(data(type));
        }
        assertAlike(ours, "norm.runningMean", strangers, "norm.mean", tolerance);
        assertAlike(ours, "norm.runningVariance", strangers, "norm.variance", tolerance);
        for (String name : new String[] {"dense_1.weight", "dense_2.weight", "dense_2.bias"}) {
            assertAlike(ours, name, strangers, name, tolerance);
        }
        INDArray x = data(type).features();
        assertTensor(ours.predict(x)).isCloseTo(strangers.predict(x), 10 * tolerance);
        assertThat(strangers.parameters().get("norm.mean").amaxNumber().doubleValue())
                .isGreaterThan(0.1);
    }

    private static void assertAlike(Network ours, String name, Network strangers, String other, double tolerance) {
        assertTensor(ours.parameters().get(name))
                .as(name)
                .isCloseTo(strangers.parameters().get(other), tolerance);
    }

    @Test
    void movesItsStateOnNd4j() {
        assertTrainAlike(DataType.DOUBLE, net -> net.on(Engine.nd4j()), trainer -> trainer, 1e-12);
    }

    @Test
    void movesItsStateOnTheFastestEngine() {
        assertTrainAlike(DataType.FLOAT, net -> net, trainer -> trainer, 1e-5);
    }

    @Test
    void mergesAccumulatedBatches() {
        assertTrainAlike(DataType.DOUBLE, net -> net.on(Engine.nd4j()), trainer -> trainer.accumulate(3), 1e-12);
        assertTrainAlike(DataType.FLOAT, net -> net, trainer -> trainer.accumulate(3), 1e-5);
        assertTrainAlike(DataType.DOUBLE, net -> net, trainer -> trainer.accumulateAsOne(3), 1e-12);
    }

    @Test
    void addsUpOverReplicas() {
        assertTrainAlike(DataType.DOUBLE, net -> net.on(Engine.replicas(3)), trainer -> trainer, 1e-12);
    }
}
