package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BatchNormalizationTest {

    @Test
    void measuresTheBiasedVarianceOfLargeMeansInFloat32() {
        int batch = 64;
        long[] dims = {8, 28, 28};
        Random random = new Random(1);
        double[] values = new double[batch * 8 * 784];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1e4 + random.nextGaussian());
        }
        Tracer tracer = new Tracer();
        Value x = tracer.input("x", Shape.of(dims));
        Value y = tracer.scope().call(BatchNorm2d.of(), x);
        tracer.output("loss", tracer.scope().apply(new MeanSquaredError(), y, tracer.input("target", y.shape())));
        Graph graph = tracer.graph();
        Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        try (TrainingProgram program = Engine.nd4j().training(graph, parameters, batch, 1)) {
            program.step(
                    1,
                    Tensors.of(DataType.FLOAT, values, batch, 8, 28, 28),
                    Tensors.zeros(DataType.FLOAT, batch, 8, 28, 28));
            BatchStatistics measured = program.statistics().get(0);
            for (int channel = 0; channel < 8; channel++) {
                double mean = 0;
                for (int i = 0; i < values.length; i++) {
                    mean += i / 784 % 8 == channel ? values[i] / (batch * 784) : 0;
                }
                double variance = 0;
                for (int i = 0; i < values.length; i++) {
                    variance += i / 784 % 8 == channel ? Math.pow(values[i] - mean, 2) / (batch * 784) : 0;
                }
                assertThat(measured.mean().getDouble(channel) / mean).isCloseTo(1, within(1e-6));
                assertThat(measured.variance().getDouble(channel) / variance).isCloseTo(1, within(1e-6));
            }
            assertThat(measured.count()).isEqualTo(batch * 784.0);
        }
    }

    @Test
    void averagesTheUnbiasedVarianceUnlessToldOtherwise() {
        assertThat(runningVariance(BatchNorm1d.of())).isCloseTo(0.9 + 0.1 * 2, within(1e-12));
        assertThat(runningVariance(BatchNorm1d.of().runningVariance(RunningVariance.BIASED)))
                .isCloseTo(0.9 + 0.1, within(1e-12));
        assertThat(runningVariance(BatchNorm1d.of().runningAverage(RunningAverage.newWeight(1))))
                .isCloseTo(2, within(1e-12));
        assertThat(runningVariance(BatchNorm1d.of().updateRunning(false))).isEqualTo(1);
    }

    // After one step on the batch {-1, 1}: mean 0, biased variance 1, unbiased 2.
    private static double runningVariance(BatchNorm1d layer) {
        Network net = Network.input(1).then(layer).build(1, DataType.DOUBLE);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {-1, 1}, 2, 1);
        net.trainer()
                .optimizer(Sgd.of(1e-3))
                .loss(Loss.meanSquaredError())
                .batchSize(2)
                .fit(Dataset.of(x, x));
        return net.parameters().get("batchnorm1d_1.runningVariance").getDouble(0);
    }

    @Test
    void averagesAllBatchesAlikeIfCumulative() {
        // Batches {-1, 1} and {1, 5}: means 0 and 3, unbiased variances 2 and 8.
        BatchNorm1d layer = BatchNorm1d.of().runningAverage(RunningAverage.cumulative());
        Network net = Network.input(1).then(layer).build(1, DataType.DOUBLE);
        fit(net, -1, 1);
        fit(net, 1, 5);
        assertThat(net.parameters().get("batchnorm1d_1.runningMean").getDouble(0))
                .isCloseTo(1.5, within(1e-12));
        assertThat(net.parameters().get("batchnorm1d_1.runningVariance").getDouble(0))
                .isCloseTo(5, within(1e-12));
        assertThat(net.parameters().get("batchnorm1d_1.updates").getDouble(0)).isEqualTo(2);
    }

    private static void fit(Network net, double... batch) {
        INDArray x = Tensors.of(DataType.DOUBLE, batch, batch.length, 1);
        net.trainer()
                .optimizer(Sgd.of(1e-3))
                .loss(Loss.meanSquaredError())
                .batchSize(batch.length)
                .fit(Dataset.of(x, x));
    }

    private static BatchNormalization op(Statistics statistics) {
        return new BatchNormalization(1e-3, false, false, statistics, new RunningAverages(0.1, true, true), true);
    }

    @Test
    void normalisesEachGhostBatchByItselfAndMergesTheTail() {
        BatchNormalization op = op(Statistics.ghost(2));
        INDArray x = OpRun.random(new Random(3), 5, 3, 2);
        INDArray zeros = Tensors.zeros(DataType.DOUBLE, 3);
        INDArray y = OpRun.train(op, 1, 1, List.of(x), zeros, zeros.add(1));
        long[][] ghosts = {{0, 2}, {2, 5}};
        OpRun.assertElements(y, index -> {
            long[] ghost = index[0] < 2 ? ghosts[0] : ghosts[1];
            double n = (ghost[1] - ghost[0]) * 2;
            double mean = 0;
            double variance = 0;
            for (long i = ghost[0]; i < ghost[1]; i++) {
                for (long k = 0; k < 2; k++) {
                    mean += x.getDouble(i, index[1], k) / n;
                }
            }
            for (long i = ghost[0]; i < ghost[1]; i++) {
                for (long k = 0; k < 2; k++) {
                    variance += Math.pow(x.getDouble(i, index[1], k) - mean, 2) / n;
                }
            }
            return (x.getDouble(index) - mean) / Math.sqrt(variance + 1e-3);
        });
    }

    @Test
    void correctsTheBatchTowardsTheRunningStatistics() {
        BatchNormalization op = op(Statistics.renorm(1.5, 0.25));
        INDArray x = OpRun.random(new Random(4), 6, 2);
        double[] means = {0.1, -2};
        double[] variances = {0.3, 4};
        INDArray y = OpRun.train(
                op, 1, 1, List.of(x), Tensors.of(DataType.DOUBLE, means, 2), Tensors.of(DataType.DOUBLE, variances, 2));
        OpRun.assertElements(y, index -> {
            int channel = (int) index[1];
            double mean = 0;
            double variance = 0;
            for (long i = 0; i < 6; i++) {
                mean += x.getDouble(i, channel) / 6;
            }
            for (long i = 0; i < 6; i++) {
                variance += Math.pow(x.getDouble(i, channel) - mean, 2) / 6;
            }
            double sigma = Math.sqrt(variance + 1e-3);
            double running = Math.sqrt(variances[channel] + 1e-3);
            double r = Math.max(1 / 1.5, Math.min(1.5, sigma / running));
            double d = Math.max(-0.25, Math.min(0.25, (mean - means[channel]) / running));
            return (x.getDouble(index) - mean) / sigma * r + d;
        });
    }

    @Test
    void refusesGhostBatchesOfOneValuePerChannel() {
        Network net = Network.input(2)
                .then(BatchNorm1d.of().statistics(Statistics.ghost(1)))
                .build(1);
        INDArray x = Nd4j.ones(DataType.FLOAT, 8, 2);
        assertThatThrownBy(() -> net.trainer().loss(Loss.meanSquaredError()).fit(Dataset.of(x, x)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "layer \"batchnorm1d_1\" BatchNorm1d(ghost batches of 1) expects more than one value per channel"
                                + " in training but got [1, 2]; use larger ghost batches");
    }

    @Test
    void refusesSettingsThatDoNotFit() {
        assertThatThrownBy(() -> Statistics.ghost(0))
                .hasMessage("Statistics.ghost expects at least 1 example but got 0");
        assertThatThrownBy(() -> Statistics.renorm(0.5, 1))
                .hasMessage("Statistics.renorm expects corrections of at least 1 and 0 but got 0.5 and 1.0");
        assertThatThrownBy(() -> RunningAverage.keep(1))
                .hasMessage("RunningAverage.keep expects a weight of the old value from 0 to below 1 but got 1.0");
        assertThatThrownBy(() -> RunningAverage.newWeight(0))
                .hasMessage(
                        "RunningAverage.newWeight expects a weight of the new value above 0 and up to 1 but got 0.0");
        assertThatThrownBy(() -> new RunningAverage(2))
                .hasMessage("RunningAverage expects a weight of the new value from 0 to 1 but got 2.0");
        assertThatThrownBy(() -> new RunningAverages(2, true, true))
                .hasMessage("BatchNormalization expects a running-average weight from 0 to 1 but got 2.0");
    }

    @Test
    void countsFixedGammaAndBetaAsState() {
        Network net = Network.input(2)
                .then(BatchNorm1d.of().trainAffine(false).initialGamma(3).initialBeta(4))
                .dense(1)
                .build(1, DataType.DOUBLE);
        assertThat(net.summary()).contains("3 trainable parameters, 8 running statistics");
        INDArray x = OpRun.random(new Random(1), 6, 2);
        net.trainer()
                .optimizer(Sgd.of(0.1))
                .loss(Loss.meanSquaredError())
                .fit(Dataset.of(x, Tensors.zeros(DataType.DOUBLE, 6, 1)));
        OpRun.assertElements(net.parameters().get("batchnorm1d_1.gamma"), index -> 3);
        OpRun.assertElements(net.parameters().get("batchnorm1d_1.beta"), index -> 4);
    }
}
