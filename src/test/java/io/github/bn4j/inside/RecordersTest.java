package io.github.bn4j.inside;

import static io.github.bn4j.Bits.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is recorded while a network is trained. */
class RecordersTest {

    private static final Dataset DATA =
            Dataset.of(Noise.normal(DataType.FLOAT, 1, 60, 5), Noise.normal(DataType.FLOAT, 2, 60, 3));
    private static final INDArray PROBE = Noise.normal(DataType.FLOAT, 3, 21, 5);

    private static Network network() {
        return Network.input(5)
                .dense(7)
                .batchNorm1d()
                .sigmoid()
                .dropout(0.2)
                .dense(6)
                .batchNorm1d()
                .sigmoid()
                .dense(3)
                .build(4);
    }

    /** Three steps in each epoch. */
    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.meanSquaredError()).batchSize(20);
    }

    private static double[] values(Network net, String name) {
        return Floats.values(net.parameters().get(name));
    }

    @Test
    void followsBatchNormsFromBeforeTheFirstStep() {
        Network net = network();
        BatchNormRecorder recorder = BatchNormRecorder.everySteps(1);
        List<double[]> seen = new ArrayList<>();
        seen.add(values(net, "batchnorm1d_2.gamma"));
        trainer(net)
                .epochs(2)
                .listener(recorder)
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepEvent step) {
                        seen.add(values(net, "batchnorm1d_2.gamma"));
                    }
                })
                .fit(DATA);
        BatchNormSeries series = recorder.series("batchnorm1d_2");

        assertThat(recorder.series())
                .extracting(BatchNormSeries::layer)
                .containsExactly("batchnorm1d_1", "batchnorm1d_2");
        assertThat(series.steps()).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(series.gamma()).isDeepEqualTo(seen.toArray(double[][]::new));
        assertThat(series.runningMean()[0]).containsOnly(0).hasSize(6);
        assertThat(series.runningVariance()[0]).containsOnly(1);
        assertThat(series.beta()[6]).isEqualTo(values(net, "batchnorm1d_2.beta"));
        assertThat(series.runningMean()[6]).isEqualTo(values(net, "batchnorm1d_2.runningMean"));
        assertThat(series.runningVariance()[6]).isEqualTo(values(net, "batchnorm1d_2.runningVariance"));
        assertThat(series).hasToString("BatchNormSeries[batchnorm1d_2, 7 times, steps 0 to 6]");
    }

    @Test
    void goesOnInTheNextFitAndBeginsAnewWithAnotherTraining() {
        BatchNormRecorder recorder = BatchNormRecorder.everyEpoch();
        Trainer trainer = trainer(network()).epochs(2).listener(recorder);
        trainer.fit(DATA);
        assertThat(recorder.series("batchnorm1d_1").steps()).containsExactly(0, 3, 6);
        trainer.fit(DATA);
        assertThat(recorder.series("batchnorm1d_1").steps()).containsExactly(0, 3, 6, 9, 12);
        trainer(network()).epochs(1).listener(recorder).fit(DATA);
        assertThat(recorder.series("batchnorm1d_1").steps()).containsExactly(0, 3);
        assertThatThrownBy(() -> recorder.series("dense_1"))
                .hasMessage(
                        "series expects the path of a batch normalisation but got \"dense_1\"; there are [batchnorm1d_1,"
                                + " batchnorm1d_2]");
        assertThatThrownBy(() -> BatchNormRecorder.everySteps(0))
                .hasMessage("BatchNormRecorder expects to record every 1 or more steps but got 0");
    }

    @Test
    void hasNoColumnsOfWhatABatchNormDoesNotHave() {
        BatchNormRecorder recorder = BatchNormRecorder.everyEpoch();
        Network net = Network.input(5)
                .dense(4)
                .then(io.github.bn4j.layer.BatchNorm1d.of().gamma(false))
                .dense(3)
                .build(1);
        trainer(net).listener(recorder).fit(DATA);

        assertThat(recorder.series("batchnorm1d_1").gamma()[1]).isEmpty();
        assertThat(recorder.series("batchnorm1d_1").beta()[1]).hasSize(4);
    }

    /** numpy.percentile([4, 1, 3, 2], [15, 50, 85]) is [1.45, 2.5, 3.55]. */
    @Test
    void takesPercentilesAsNumPyDoes() {
        assertThat(PercentileRecorder.percentiles(4, 1, 3, 2))
                .containsExactly(new double[] {1.45, 2.5, 3.55}, within(1e-15));
        assertThat(PercentileRecorder.percentiles(7)).containsExactly(7, 7, 7);
        double[] hundred = new double[101];
        Arrays.setAll(hundred, i -> 100 - i);
        assertThat(PercentileRecorder.percentiles(hundred)).containsExactly(new double[] {15, 50, 85}, within(1e-12));
    }

    @Test
    void looksAtWhatComesToAUnit() {
        Network net = network();
        PercentileRecorder training =
                PercentileRecorder.of("sigmoid_2", 4, PROBE).everySteps(2);
        PercentileRecorder prediction =
                PercentileRecorder.of("sigmoid_2", 4, PROBE).mode(Mode.PREDICTION);
        trainer(net).epochs(2).listener(training).listener(prediction).fit(DATA);

        assertThat(training.series().steps()).containsExactly(0, 2, 4, 6);
        assertThat(prediction.series().steps()).containsExactly(0, 3, 6);
        double[] last = Floats.values(net.activations("batchnorm1d_2", PROBE).getColumn(4));
        double[] expected = PercentileRecorder.percentiles(last);
        assertThat(prediction.series().lower()[2]).isEqualTo(expected[0]);
        assertThat(prediction.series().median()[2]).isEqualTo(expected[1]);
        assertThat(prediction.series().upper()[2]).isEqualTo(expected[2]);
        assertThat(prediction.series()).hasToString("PercentileSeries[unit 4 of sigmoid_2, 3 times]");
    }

    /** A batch norm with gamma 1 and beta 0 before the first step: the batch is standardised, feature by feature. */
    @Test
    void seesTheBatchInTrainingMode() {
        Network net = Network.input(5).batchNorm1d().sigmoid().dense(3).build(1);
        PercentileRecorder recorder = PercentileRecorder.of("sigmoid_1", 2, PROBE);
        trainer(net).listener(recorder).fit(DATA);
        double[] column = Floats.values(PROBE.getColumn(2));
        double mean = Arrays.stream(column).average().orElseThrow();
        double variance = Arrays.stream(column)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow();
        double[] expected = PercentileRecorder.percentiles(Arrays.stream(column)
                .map(v -> (v - mean) / Math.sqrt(variance + 1e-5))
                .toArray());

        assertThat(recorder.series().lower()[0]).isCloseTo(expected[0], within(1e-5));
        assertThat(recorder.series().median()[0]).isCloseTo(expected[1], within(1e-5));
        assertThat(recorder.series().upper()[0]).isCloseTo(expected[2], within(1e-5));
    }

    /** All places of a channel count. */
    @Test
    void looksAtChannelsOfImages() {
        Network net =
                Network.input(2, 4, 3).conv2d(3, 2).relu().flatten().dense(2).build(1);
        Dataset data = Dataset.of(Noise.normal(DataType.FLOAT, 1, 8, 2, 4, 3), Noise.normal(DataType.FLOAT, 2, 8, 2));
        PercentileRecorder recorder =
                PercentileRecorder.of("relu_1", 1, data.features()).mode(Mode.PREDICTION);
        net.trainer().loss(Loss.meanSquaredError()).listener(recorder).fit(data);
        double[] all = Floats.values(net.activations("conv2d_1", data.features()));
        double[] channel = new double[8 * 6];
        for (int row = 0; row < 8; row++) {
            System.arraycopy(all, row * 18 + 6, channel, row * 6, 6);
        }

        assertThat(recorder.series().median()[1]).isEqualTo(PercentileRecorder.percentiles(channel)[1]);
    }

    @Test
    void refusesUnitsThatDoNotExistBeforeTheFirstStep() {
        Network net = network();
        assertThatThrownBy(() -> trainer(net)
                        .listener(PercentileRecorder.of("sigmoid2", 0, PROBE))
                        .fit(DATA))
                .hasMessage(
                        "PercentileRecorder expects the path of a layer but got \"sigmoid2\", which is near \"sigmoid_2\" and"
                                + " \"sigmoid_1\"; there are [dense_1, batchnorm1d_1, sigmoid_1, dense_2, batchnorm1d_2, sigmoid_2,"
                                + " dense_3]");
        assertThatThrownBy(() -> trainer(net)
                        .listener(PercentileRecorder.of("sigmoid_2", 6, PROBE))
                        .fit(DATA))
                .hasMessage(
                        "PercentileRecorder expects a unit from 0 to 5 of the input of layer \"sigmoid_2\" [6] but got 6");
        assertThatThrownBy(() -> PercentileRecorder.of("sigmoid_2", -1, PROBE))
                .hasMessage("PercentileRecorder expects a unit of at least 0 but got -1");
    }

    @Test
    void followsTheGapOfTheModes() {
        Network net = network();
        ModeGapRecorder recorder = ModeGapRecorder.of(DATA, 20);
        ModeGapRecorder often = ModeGapRecorder.of(DATA, 20).everySteps(1);
        trainer(net).epochs(2).listener(recorder).listener(often).fit(DATA);

        assertThat(recorder.moments()).extracting(ModeGapRecorder.Moment::step).containsExactly(0L, 3L, 6L);
        assertThat(recorder.moments().get(2).gap())
                .isEqualTo(net.batchNormReport(DATA, 20).gap());
        assertThat(often.moments()).hasSize(7);
        assertThat(often.moments().get(6)).isEqualTo(recorder.moments().get(2));
        assertThatThrownBy(() -> ModeGapRecorder.of(DATA, 0))
                .hasMessage("ModeGapRecorder expects batches of at least 1 example but got 0");
    }

    @Test
    void doesNotChangeTheTraining() {
        Network plain = network();
        trainer(plain).epochs(3).clipNorm(0.1).fit(DATA);
        Network watched = network();
        List<Double> norms = new ArrayList<>();
        trainer(watched)
                .epochs(3)
                .clipNorm(0.1)
                .listener(BatchNormRecorder.everySteps(1))
                .listener(PercentileRecorder.of("sigmoid_1", 0, PROBE).everySteps(1))
                .listener(ModeGapRecorder.of(DATA, 20).everySteps(1))
                .listener(new TrainingListener() {
                    @Override
                    public void onStep(StepEvent step) {
                        norms.add(step.gradientNorm());
                    }
                })
                .fit(DATA);
        Map<String, INDArray> expected = new LinkedHashMap<>();
        plain.parameters()
                .names()
                .forEach(name -> expected.put(name, plain.parameters().get(name)));

        expected.forEach((name, array) -> assertSame(watched.parameters().get(name), array));
        assertThat(norms).hasSize(9).allMatch(norm -> norm > 0);
    }
}
