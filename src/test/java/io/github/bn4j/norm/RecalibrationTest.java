package io.github.bn4j.norm;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.RunningVariance;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.op.MeanSquaredError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Running averages become the statistics of a data set. */
class RecalibrationTest {

    private static final double EXACT = 1e-12;

    private static Dataset images(int count) {
        INDArray x = Noise.normal(DataType.DOUBLE, 3, count, 2, 6, 6).addi(4);
        return Dataset.of(x, Tensors.zeros(DataType.DOUBLE, count));
    }

    /** Branches, a normalisation used at two places, and one behind another, with running variances as Keras has them. */
    private static Network branched(boolean dropout) {
        GraphBuilder g = new GraphBuilder();
        BatchNorm2d biased = BatchNorm2d.of().runningVariance(RunningVariance.BIASED);
        Value x = g.call(biased, g.call(Conv2d.of(3, 3).padding(Padding.SAME), g.input("image", 2, 6, 6)));
        Value left = g.call(Conv2d.of(4, 3), g.call(Relu.of(), x));
        Value right = g.call(MaxPool2d.of(3).stride(1), g.call(Conv2d.of(4, 1), g.call(Relu.of(), x)));
        if (dropout) {
            left = g.call(Dropout.of(0.5), left);
        }
        Value own = g.call(biased.epsilon(1e-3), right);
        Value sum = g.call(Relu.of(), g.add(g.call(biased.epsilon(1e-2), left), own));
        Value y = g.call(Dense.of(5), g.call(Flatten.of(), sum));
        Value out = g.call(BatchNorm1d.of().runningVariance(RunningVariance.BIASED), y);
        return Weights.shaken(g.build(3, DataType.DOUBLE, out), 5);
    }

    /** The output of a training step on the whole data, which normalises with the statistics of just these data. */
    private static INDArray trainingOutput(Network net, INDArray x) {
        Tracer tracer = new Tracer(net.graph());
        Value output = net.graph().outputs().values().iterator().next();
        Value target = tracer.input("target", output.shape());
        tracer.output("loss", tracer.scope().apply(new MeanSquaredError(), output, target));
        tracer.output("output", output);
        int count = (int) x.size(0);
        try (TrainingProgram program = Engine.nd4j().training(tracer.graph(), net.parameters(), count, 1)) {
            double loss = program.step(
                    1, x, Tensors.zeros(DataType.DOUBLE, output.shape().batched(count)));
            assertThat(loss).isFinite();
            return program.outputs().get(0);
        }
    }

    @Test
    void predictsAsTheWholeDataWouldBeTrainedOn() {
        Network net = branched(false);
        Dataset data = images(50);
        INDArray expected = trainingOutput(net, data.features());
        assertTensor(net.predict(data.features())).differsFrom(expected, 0.1);
        Recalibration recalibration = net.recalibrate(data);
        assertThat(recalibration.changes())
                .extracting(Recalibration.Change::layer)
                .containsExactly("batchnorm2d_1", "batchnorm2d_2", "batchnorm2d_3", "batchnorm1d_1");
        assertTensor(net.predict(data.features())).isCloseTo(expected, EXACT);
        assertThat(net.recalibrate(data).changes())
                .allSatisfy(change -> assertThat(change.meanDrift()).isLessThan(EXACT));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 49, 50})
    void isTheSameForAnySplit(int batchSize) {
        Dataset data = images(50);
        Network whole = branched(true);
        Network split = branched(true);
        whole.recalibrate(data);
        assertThat(Recalibration.of(split.model(), data, layer -> true, batchSize)
                        .examples())
                .isEqualTo(50);
        assertTensor(split.parameters().state()).isCloseTo(whole.parameters().state(), EXACT);
    }

    @Test
    void mergesMomentsExactlyWhereTheMeanIsLarge() {
        INDArray x = Noise.normal(DataType.DOUBLE, 4, 135, 2).addi(1e6);
        double[] values = x.data().asDouble();
        Moments whole = new Moments(2);
        whole.add(x);
        Moments merged = new Moments(2);
        for (int[] part : new int[][] {{0, 64}, {64, 128}, {128, 135}}) {
            merged.add(Dataset.of(x, x).slice(part[0], part[1]).features());
        }
        for (int c = 0; c < 2; c++) {
            double mean = 0;
            for (int i = c; i < values.length; i += 2) {
                mean += (values[i] - 1e6) / 135;
            }
            double variance = 0;
            for (int i = c; i < values.length; i += 2) {
                variance += (values[i] - 1e6 - mean) * (values[i] - 1e6 - mean) / 134;
            }
            assertThat(whole.mean(c) - 1e6).isCloseTo(mean, within(1e-9));
            assertThat(whole.variance(c, true)).isCloseTo(variance, within(1e-9));
            assertThat(merged.mean(c) / whole.mean(c)).isCloseTo(1, within(1e-15));
            assertThat(merged.variance(c, true) / whole.variance(c, true)).isCloseTo(1, within(EXACT));
        }
        assertThat(merged.count()).isEqualTo(135);
    }

    @Test
    void measuresASharedNormalisationAtAllItsPlaces() {
        GraphBuilder g = new GraphBuilder();
        BatchNorm1d shared = BatchNorm1d.of().runningAverage(RunningAverage.cumulative());
        Value y = g.add(g.call(shared, g.input("a", 1)), g.call(shared, g.input("b", 1)));
        Network net = g.build(1, DataType.DOUBLE, y);
        INDArray a = Tensors.of(DataType.DOUBLE, new double[] {1, 2}, 2, 1);
        INDArray b = Tensors.of(DataType.DOUBLE, new double[] {3, 6}, 2, 1);
        Dataset data = Dataset.of(java.util.Map.of("a", a, "b", b), java.util.Map.of());
        assertThat(net.recalibrate(data).toString())
                .isEqualTo(
                        "batchnorm1d_1: 4 values per channel, mean off by up to 1.39 standard deviations, variance by a"
                                + " factor of up to 4.67");
        Parameters parameters = net.parameters();
        // Mean and unbiased variance of 1, 2, 3, 6.
        assertThat(parameters.get("batchnorm1d_1.runningMean").getDouble(0)).isCloseTo(3, within(EXACT));
        assertThat(parameters.get("batchnorm1d_1.runningVariance").getDouble(0)).isCloseTo(14.0 / 3, within(EXACT));
        assertThat(parameters.names()).hasSize(5);
        assertThat(parameters.get(parameters.names().get(4)).getDouble(0)).isEqualTo(1);
    }

    @Test
    void leavesAloneWhatIsFrozenOrNotNamed() {
        Network net = Network.input(2, 6, 6)
                .conv2d(3, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(4)
                .batchNorm1d()
                .then(BatchNorm1d.of().statistics(Statistics.running()))
                .build(1, DataType.DOUBLE);
        INDArray before = net.parameters().get("batchnorm2d_1.runningMean").dup();
        assertThat(net.recalibrate(images(9), "batchnorm1d_1").changes()).hasSize(1);
        assertThat(net.parameters().get("batchnorm2d_1.runningMean")).isEqualTo(before);
        assertThat(net.freezeBatchNorm().recalibrate(images(9)).toString())
                .isEqualTo("no running averages to recalibrate");
        assertThatThrownBy(() -> net.recalibrate(images(9), "dense_1"))
                .hasMessage("recalibrate expects names of batch normalisations but got [dense_1]; this network has"
                        + " [batchnorm2d_1, batchnorm1d_1, batchnorm1d_2]");
    }

    @Test
    void refusesWhatItCannotMeasureAndChangesNothing() {
        GraphBuilder g = new GraphBuilder();
        BatchNorm1d shared = BatchNorm1d.of();
        Network nested = g.build(1, g.call(shared, g.call(Relu.of(), g.call(shared, g.input("x", 2)))));
        Dataset two = Dataset.of(Noise.normal(DataType.FLOAT, 1, 3, 2), Tensors.zeros(DataType.FLOAT, 3));
        assertThatThrownBy(() -> nested.recalibrate(two))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("recalibrate expects batch normalisations whose input does not depend on their own running"
                        + " averages but got [batchnorm1d_1], used at one place behind another; give each place a batch"
                        + " normalisation of its own");

        Network net = Network.input(2).batchNorm1d().dense(2).batchNorm1d().build(1);
        INDArray before = net.parameters().state().dup();
        net.parameters().get("dense_1.weight").assign(1e38);
        assertThatThrownBy(() -> net.recalibrate(two))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "recalibrate expects finite values before \"batchnorm1d_2\" but got NaN or infinity in channel"
                                + " 0; look at the weights before it, or scale the data");
        assertThatThrownBy(() -> net.recalibrate(two.slice(0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "recalibrate expects more than one value per channel before \"batchnorm1d_1\" but got 1; use"
                                + " more examples");
        assertThatThrownBy(() -> net.recalibrate(images(2)))
                .hasMessage("input \"features\" expects examples of shape [2] along a first axis but got "
                        + java.util.Arrays.toString(images(2).features().shape())
                        + "; give it data of that shape or build it for theirs");
        Dataset named = Dataset.of(java.util.Map.of("a", two.features(), "b", two.features()), java.util.Map.of());
        assertThatThrownBy(() -> net.recalibrate(named))
                .hasMessageMatching("recalibrate expects arrays for inputs \\[features] but got \\[[ab], [ab]];"
                        + " name the arrays after the inputs");
        assertThat(net.parameters().state()).isEqualTo(before);
    }

    @Test
    void adaptsToAnotherDomain() {
        var digits = Digits.load().split(0.8, 1);
        Network net = Network.input(1, 8, 8)
                .conv2d(8, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(1);
        net.trainer()
                .loss(io.github.bn4j.train.Loss.softmaxCrossEntropy())
                .optimizer(io.github.bn4j.train.Adam.of(1e-2))
                .epochs(3)
                .fit(digits.train());
        // A camera with less contrast and more light.
        Dataset dim = Dataset.of(
                digits.test().features().mul(0.2).addi(3), digits.test().labels());
        double before = net.evaluate(dim).accuracy();
        net.recalibrate(dim);
        assertThat(net.evaluate(dim).accuracy()).isGreaterThan(before + 0.2).isGreaterThan(0.9);
    }
}
