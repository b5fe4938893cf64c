package io.github.bn4j;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.Trainer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the batch normalisation of DL4J 1.0.0-M2.1 does wrong, one test per defect, is right here. */
class Dl4jDefectsTest {

    // With epsilon 0 the batch {0, 2} has mean 1 and biased variance 1, so it is normalised to exactly {-1, 1}.
    private static final INDArray BATCH = column(0, 2);

    private static INDArray column(double... values) {
        return Tensors.of(DataType.DOUBLE, values, values.length, 1);
    }

    private static BatchNorm1d exact() {
        return BatchNorm1d.of()
                .epsilon(0)
                .runningAverage(RunningAverage.newWeight(1))
                .runningVariance(RunningVariance.BIASED);
    }

    private static Trainer trainer(Network net) {
        return net.trainer().optimizer(Sgd.of(0.1)).loss(Loss.meanSquaredError());
    }

    static Stream<Arguments> gammasAndBetas() {
        return Stream.of(
                Arguments.of(exact().trainAffine(false).initialGamma(3), 3, 0),
                Arguments.of(exact().trainAffine(false).initialBeta(2), 1, 2),
                Arguments.of(exact().trainAffine(false).initialGamma(3).initialBeta(2), 3, 2),
                Arguments.of(exact().beta(false).initialGamma(3), 3, 0),
                Arguments.of(exact().gamma(false).initialBeta(2), 1, 2),
                Arguments.of(exact().gamma(false).beta(false), 1, 0));
    }

    /** DL4J ignores a locked gamma unless there is a locked beta, and the other way round. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("gammasAndBetas")
    void honoursGammaAndBetaEachByItself(BatchNorm1d layer, double gamma, double beta) {
        Network net = Network.input(1).then(layer).build(1, DataType.DOUBLE);
        INDArray expected = column(beta - gamma, beta + gamma);
        // The training output is the expected one if the squared error is 0; then nothing is trained either.
        assertThat(trainer(net).fit(Dataset.of(BATCH, expected)).last().trainLoss())
                .isZero();
        assertThat(net.predict(BATCH).data().asDouble())
                .containsExactly(expected.data().asDouble());
    }

    /** DL4J refuses sequences, or takes the statistics of each example if there are as many of them as channels. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void normalisesEachChannelOfSequences(int examples) {
        int channels = 3;
        int length = 4;
        double[] values = new Random(1).doubles(examples * channels * length).toArray();
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        for (int i = 0; i < values.length; i++) {
            mean[i / length % channels] += values[i] / (examples * length);
        }
        for (int i = 0; i < values.length; i++) {
            variance[i / length % channels] += Math.pow(values[i] - mean[i / length % channels], 2);
        }
        double[] normalised = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int channel = i / length % channels;
            normalised[i] = (values[i] - mean[channel]) / Math.sqrt(variance[channel] / (examples * length));
        }
        Network net = Network.input(channels, length).then(exact()).build(1, DataType.DOUBLE);
        INDArray x = Tensors.of(DataType.DOUBLE, values, examples, channels, length);
        INDArray expected = Tensors.of(DataType.DOUBLE, normalised, examples, channels, length);

        History history = trainer(net).fit(Dataset.of(x, expected));

        assertThat(history.last().trainLoss()).isLessThan(1e-28);
        assertTensor(net.predict(x)).isCloseTo(expected, 1e-13);
        assertTensor(net.parameters().get("batchnorm1d_1.runningMean")).hasElementsCloseTo(mean, 1e-14);
    }

    /** DL4J takes an activation as a setting of its batch normalisation and ignores it. */
    @Test
    void appliesAnActivationThatFollows() {
        Network net = Network.input(1).then(exact()).relu().build(1, DataType.DOUBLE);
        INDArray expected = column(0, 1);
        assertThat(trainer(net).fit(Dataset.of(BATCH, expected)).last().trainLoss())
                .isZero();
        assertThat(net.predict(BATCH).data().asDouble())
                .containsExactly(expected.data().asDouble(), within(1e-15));
    }

    /** DL4J trains on one value per channel, which is always normalised to 0. */
    @Test
    void refusesToTrainOnASingleExample() {
        Network net = Network.input(1).then(exact()).build(1, DataType.DOUBLE);
        double[] before = net.parameters().trainable().data().asDouble();
        assertThatThrownBy(() -> trainer(net).fit(Dataset.of(column(5), column(5))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("layer \"batchnorm1d_1\" " + exact() + " expects more than one value per channel in"
                        + " training but got [1, 1]; use a larger batch, or TailBatch.DROP or TailBatch.MERGE if this"
                        + " is the last one of an epoch");
        assertThat(net.parameters().trainable().data().asDouble()).containsExactly(before);
    }

    /** DL4J's running statistics stay where they are when one runs forward in training mode and updates oneself. */
    @Test
    void movesRunningStatisticsInFitAndNowhereElse() {
        Network net = Network.input(1)
                .then(BatchNorm1d.of().runningAverage(RunningAverage.newWeight(0.25)))
                .build(1, DataType.DOUBLE);
        double[] initial = net.parameters().state().data().asDouble();
        net.predict(BATCH);
        net.forward(BATCH);
        net.evaluate(Dataset.of(BATCH, BATCH));
        assertThat(net.parameters().state().data().asDouble()).containsExactly(initial);

        trainer(net).epochs(2).fit(Dataset.of(BATCH, BATCH));
        // Mean: 0, 0.25 · 1, 0.75 · 0.25 + 0.25 · 1. Unbiased variance: 1, 0.75 + 0.25 · 2, 0.75 · 1.25 + 0.25 · 2.
        assertThat(net.parameters().get("batchnorm1d_1.runningMean").getDouble(0))
                .isCloseTo(0.4375, within(1e-15));
        assertThat(net.parameters().get("batchnorm1d_1.runningVariance").getDouble(0))
                .isCloseTo(1.4375, within(1e-15));

        double[] trained = net.parameters().state().data().asDouble();
        net.predict(BATCH);
        net.evaluate(Dataset.of(BATCH, BATCH));
        assertThat(net.parameters().state().data().asDouble()).containsExactly(trained);
    }

    /** DL4J counts running statistics among the trainable parameters. */
    @Test
    void countsRunningStatisticsAsState() {
        Network net = Network.input(3).dense(4).batchNorm1d().build(1);
        // 3 · 4 weights, 4 gammas and 4 betas; 4 means and 4 variances; 4 biases that are not there.
        assertThat(net.summary().lines())
                .anySatisfy(line -> assertThat(line).matches("batchnorm1d_1 +BatchNorm1d\\(\\) +\\[4] +8 +8"))
                .endsWith("20 trainable parameters, 8 running statistics, 4 bias parameters saved, engine "
                        + net.engine());
    }

    /** DL4J's running variance is the biased one, which PyTorch's is not. */
    @Test
    void keepsTheUnbiasedVarianceUnlessAskedForTheBiasedOne() {
        assertThat(runningVariance(exact().runningVariance(RunningVariance.UNBIASED)))
                .isEqualTo(2);
        assertThat(runningVariance(exact().runningVariance(RunningVariance.BIASED)))
                .isEqualTo(1);
    }

    private static double runningVariance(BatchNorm1d layer) {
        Network net = Network.input(1).then(layer).build(1, DataType.DOUBLE);
        trainer(net).fit(Dataset.of(BATCH, BATCH));
        return net.parameters().get("batchnorm1d_1.runningVariance").getDouble(0);
    }

    /** DL4J trains the bias before a batch normalisation on rounding errors. */
    @Test
    void givesARedundantBiasNoGradientAndNoSlot() {
        INDArray x = Noise.uniform(DataType.DOUBLE, 2, 8, 3);
        INDArray y = Noise.uniform(DataType.DOUBLE, 3, 8, 4);
        Network kept = Network.input(3)
                .then(Dense.of(4).useBias(true))
                .batchNorm1d()
                .tanh()
                .build(1, DataType.DOUBLE);
        trainer(kept).fit(Dataset.of(x, y));
        double weight =
                kept.parameters().gradient("dense_1.weight").amaxNumber().doubleValue();
        double bias = kept.parameters().gradient("dense_1.bias").amaxNumber().doubleValue();
        assertThat(weight).isGreaterThan(1e-3);
        assertThat(bias).isLessThan(1e-15);

        Network dropped = Network.input(3).dense(4).batchNorm1d().tanh().build(1, DataType.DOUBLE);
        assertThat(dropped.parameters().names())
                .containsExactly(
                        "dense_1.weight",
                        "batchnorm1d_1.gamma",
                        "batchnorm1d_1.beta",
                        "batchnorm1d_1.runningMean",
                        "batchnorm1d_1.runningVariance");
        // Three parameters of at most 16 numbers, each at a multiple of 16.
        assertThat(dropped.parameters().trainable().length()).isEqualTo(48);
        assertThat(kept.parameters().trainable().length()).isEqualTo(64);
        assertThatThrownBy(() -> dropped.parameters().gradient("dense_1.bias"))
                .hasMessage("parameters expects the name of one of its tensors but got \"dense_1.bias\"; this network"
                        + " has [dense_1.weight, batchnorm1d_1.gamma, batchnorm1d_1.beta, batchnorm1d_1.runningMean,"
                        + " batchnorm1d_1.runningVariance]");
    }
}
