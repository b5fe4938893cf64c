package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

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
        tracer.output("loss", tracer.scope().apply(new SquaredError(), y, tracer.input("target", y.shape())));
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
            assertThat(measured.count()).isEqualTo(batch * 784L);
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
        io.github.bn4j.Network net = io.github.bn4j.Network.input(1).then(layer).build(1, DataType.DOUBLE);
        INDArray x = Tensors.of(DataType.DOUBLE, new double[] {-1, 1}, 2, 1);
        net.trainer()
                .optimizer(Sgd.of(1e-3))
                .loss(Loss.meanSquaredError())
                .batchSize(2)
                .fit(Dataset.of(x, x));
        return net.parameters().get("batchnorm1d_1.runningVariance").getDouble(0);
    }
}
