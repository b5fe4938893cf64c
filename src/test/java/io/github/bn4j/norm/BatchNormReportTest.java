package io.github.bn4j.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.text.Finding;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Each planted fault is found, and a healthy network has none. */
class BatchNormReportTest {

    private static final Dataset DATA = data();

    private static Dataset data() {
        double[] labels = new double[640];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
        }
        return Dataset.of(Noise.normal(DataType.DOUBLE, 2, 640, 3), Tensors.of(DataType.DOUBLE, labels, labels.length));
    }

    private static Network healthy() {
        Network net = Network.input(3)
                .dense(4)
                .batchNorm1d()
                .then(io.github.bn4j.layer.Dropout.of(0.5))
                .relu()
                .dense(3)
                .build(4, DataType.DOUBLE);
        net.recalibrate(DATA);
        return net;
    }

    private static INDArray of(Network net, String name) {
        return net.parameters().get(name);
    }

    @Test
    void findsNothingInAHealthyNetwork() {
        Network net = healthy();
        INDArray before = net.parameters().trainable().dup();
        BatchNormReport report = net.batchNormReport(DATA, 64);
        assertThat(report.findings()).isEmpty();
        assertThat(report.toString().lines().skip(1))
                .containsExactly(
                        "nothing found", "note: batchnorm1d_1.gamma could be left out: dense_2 can scale as well");
        assertThat(report.gap().trainingLoss()).isCloseTo(report.gap().predictionLoss(), within(0.2));
        // The mean of 64 independent values scatters by 1/8.
        assertThat(report.norms().get(0).noise()).isCloseTo(0.125, within(0.05));
        assertThat(report.norms().get(0).channels()).allSatisfy(channel -> {
            assertThat(channel.outputMean()).isCloseTo(0, within(1e-9));
            assertThat(channel.outputDeviation()).isCloseTo(1, within(1e-2));
        });
        assertThat(net.parameters().trainable()).isEqualTo(before);
    }

    @Test
    void findsDeadChannelsAndWhatTheirBetaStillAdds() {
        Network net = healthy();
        of(net, "batchnorm1d_1.gamma").putScalar(1, 0).putScalar(3, -1e-6);
        of(net, "batchnorm1d_1.beta").putScalar(1, -2);
        assertThat(net.batchNormReport(DATA)
                        .findings(NormFinding.DEAD_CHANNELS)
                        .get(0)
                        .toString())
                .isEqualTo(
                        "batchnorm1d_1 channels [1, 3]: gamma lets nothing but a constant of up to 2.00 through; pruning"
                                + " them has to keep the constant in the next bias");
        of(net, "batchnorm1d_1.beta").assign(0);
        assertThat(net.batchNormReport(DATA)
                        .findings(NormFinding.DEAD_CHANNELS)
                        .get(0)
                        .text())
                .isEqualTo(
                        "batchnorm1d_1 channels [1, 3]: gamma lets nothing but a constant of up to 0.00 through; they can"
                                + " be pruned");
    }

    @Test
    void findsDriftAndTheGapThatItMakes() {
        Network net = healthy();
        of(net, "batchnorm1d_1.runningMean").putScalar(2, 30);
        of(net, "batchnorm1d_1.runningVariance").putScalar(0, 1e4);
        BatchNormReport report = net.batchNormReport(DATA);
        assertThat(report.findings(NormFinding.DRIFT).get(0).channels()).containsExactly(0, 2);
        assertThat(report.findings(NormFinding.MODE_GAP)).hasSize(1);
        assertThat(report.findings(NormFinding.MODE_GAP).get(0).toString())
                .matches(
                        "training mode and predictions differ by [0-9.]+ and disagree on [0-9.]+ % of the examples; try"
                                + " recalibrate\\(data\\), then larger batches");
        net.recalibrate(DATA);
        assertThat(net.batchNormReport(DATA).findings()).isEmpty();
    }

    @Test
    void findsAveragesThatWereNeverUpdated() {
        Network net = Network.input(3).dense(2).batchNorm1d().build(1);
        Dataset floats = Dataset.of(DATA.features().castTo(DataType.FLOAT), DATA.labels());
        assertThat(net.batchNormReport(floats).findings(NormFinding.NEVER_UPDATED))
                .extracting(Finding::toString)
                .containsExactly("batchnorm1d_1: running averages are still the initial ones; train, or call"
                        + " recalibrate(data)");
    }

    @Test
    void findsVanishingVarianceAndCancellation() {
        Network net = healthy();
        of(net, "dense_1.weight").assign(0);
        assertThat(net.batchNormReport(DATA)
                        .findings(NormFinding.NO_VARIANCE)
                        .get(0)
                        .channels())
                .containsExactly(0, 1, 2, 3);
        Network bare = Network.input(3).batchNorm1d().build(1, DataType.DOUBLE);
        Dataset far = Dataset.of(DATA.features().add(5000), DATA.labels());
        assertThat(bare.batchNormReport(far)
                        .findings(NormFinding.CANCELLATION)
                        .get(0)
                        .channels())
                .isEqualTo(List.of(0, 1, 2));
    }

    @Test
    void namesTheRowOfAValueThatMakesUpTheVariance() {
        INDArray features = DATA.features().dup();
        features.putScalar(new int[] {17, 2}, 1e9);
        Network bare = Network.input(3).batchNorm1d().build(1, DataType.DOUBLE);
        assertThat(bare.batchNormReport(Dataset.of(features, DATA.labels())).findings(NormFinding.OUTLIER))
                .extracting(finding -> finding.toString().replaceAll("-?[0-9.]+ and [0-9.]+;", "LOW and HIGH;"))
                .containsExactly(
                        "batchnorm1d_1 channels [2]: one value of row 17, 1.00e+09, makes up 100 % of the variance, where"
                                + " the others lie between LOW and HIGH; mend or leave out that example, or clip what comes in");
        INDArray images = Noise.normal(DataType.DOUBLE, 3, 300, 2, 5, 4);
        images.putScalar(new int[] {290, 1, 4, 3}, -1e5);
        Network net = Network.input(2, 5, 4).batchNorm2d().flatten().dense(3).build(1, DataType.DOUBLE);
        Finding<NormFinding> finding = net.batchNormReport(Dataset.of(images, Noise.normal(DataType.DOUBLE, 4, 300, 3)))
                .findings(NormFinding.OUTLIER)
                .get(0);
        assertThat(finding.channels()).containsExactly(1);
        assertThat(finding.text()).contains("one value of row 290, -1.00e+05, makes up 100 %");
    }

    /** Dropout divides what it keeps, so the variance in training is larger, while the mean is the same. */
    @Test
    void namesDropoutAsACauseOfTheGap() {
        Network net = Network.input(3)
                .dense(8)
                .batchNorm1d()
                .relu()
                .then(io.github.bn4j.layer.Dropout.of(0.5))
                .dense(6)
                .batchNorm1d()
                .relu()
                .dense(3)
                .build(4, DataType.DOUBLE);
        net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Sgd.of(1e-3))
                .epochs(8)
                .batchSize(64)
                .fit(DATA);
        BatchNormReport report = net.batchNormReport(DATA, 64);

        assertThat(report.findings(NormFinding.WARM_UP)).isEmpty();
        assertThat(report.findings(NormFinding.DROPOUT_BEFORE))
                .extracting(finding -> finding.toString().replaceAll("[0-9]\\.[0-9]{2}", "#"))
                .containsExactly(
                        "batchnorm1d_2: with dropout_1 before it, what comes in varies # times as much in training, where"
                                + " the running variance is from, as in predictions; put dropout behind the last batch normalisation, or"
                                + " call recalibrate(data)");
        assertThat(report.findings(NormFinding.MODE_GAP).get(0).toString())
                .matches(
                        "training mode and predictions differ by [0-9.]+ and disagree on [0-9.]+ % of the examples; dropout before"
                                + " \\[batchnorm1d_2\\] is a cause, so put it behind them, or try recalibrate\\(data\\)");
        net.recalibrate(DATA);
        assertThat(net.batchNormReport(DATA, 64).findings(NormFinding.DROPOUT_BEFORE))
                .isEmpty();
    }

    @Test
    void findsTheNoiseOfSmallBatches() {
        assertThat(healthy()
                        .batchNormReport(DATA, 4)
                        .findings(NormFinding.NOISE)
                        .get(0)
                        .toString())
                .matches(
                        "batchnorm1d_1: means of batches scatter by 0\\.[0-9]+ standard deviations \\(0\\.[0-9]+ in batches of"
                                + " 8, 0\\.[0-9]+ in batches of 16, 0\\.[0-9]+ in batches of 32, 0\\.[0-9]+ in batches of 64,"
                                + " 0\\.[0-9]+ in batches of 128, 0\\.[0-9]+ in batches of 256\\); use larger batches, group norm, or"
                                + " batch renormalisation");
        assertThatThrownBy(() -> healthy().batchNormReport(DATA, 0))
                .hasMessage("batchNormReport expects batches of at least 1 example but got 0");
    }

    @Test
    void knowsTheNoiseOfOtherBatchSizesOnEveryEngine() {
        for (Network net : List.of(healthy(), healthy().to(DataType.FLOAT))) {
            double measured = net.batchNormReport(DATA, 16).norms().get(0).noise();
            double scaled =
                    net.batchNormReport(DATA, 8).norms().get(0).noiseBySize().get(16);
            assertThat(measured).isCloseTo(0.25, within(0.05));
            assertThat(scaled).isCloseTo(measured, withinPercentage(20));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.9, 5, 39", "0.5, 2, 5", "0.99, 40, 419"})
    void findsAveragesThatAreStillWarmingUp(double keep, int updates, long stepsToGo) {
        Network net = Network.input(3)
                .dense(6)
                .then(BatchNorm1d.of().runningAverage(RunningAverage.keep(keep)))
                .relu()
                .dense(3)
                .build(4, DataType.DOUBLE);
        // Far from the initial values, with weights that hardly move.
        Dataset shifted = Dataset.of(DATA.features().mul(3).add(2), DATA.labels());
        net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Sgd.of(1e-12))
                .batchSize(640)
                .epochs(updates)
                .fit(shifted);
        BatchNormReport report = net.batchNormReport(shifted);
        WarmUp warmUp = report.norms().get(0).warmUp();
        double left = Math.pow(keep, updates);
        assertThat(WarmUp.left(1 - keep, updates)).isCloseTo(left, within(1e-12));
        assertThat(warmUp.left()).isCloseTo(left, within(2e-3));
        assertThat(warmUp.stepsToGo()).isCloseTo(stepsToGo, within(1L));
        assertThat(report.findings(NormFinding.WARM_UP).get(0).toString())
                .isEqualTo(String.format(
                        "batchnorm1d_1: about %.0f %% of the initial running averages are left, 1 %% after %d more steps;"
                                + " train on, keep less of the old average, or call recalibrate(data)",
                        100 * warmUp.left(), warmUp.stepsToGo()));
        assertThat(report.findings(NormFinding.DRIFT)).isEmpty();
        net.recalibrate(shifted);
        assertThat(net.batchNormReport(shifted).norms().get(0).warmUp().stepsToGo())
                .isZero();
    }

    @Test
    void knowsTheWarmUpOfCumulativeAverages() {
        Network net = Network.input(3)
                .then(BatchNorm1d.of().runningAverage(RunningAverage.cumulative()))
                .build(4, DataType.DOUBLE);
        assertThat(net.batchNormReport(DATA).norms().get(0).warmUp()).isEqualTo(new WarmUp(0, 1, 1));
        net.recalibrate(DATA);
        assertThat(net.batchNormReport(DATA).norms().get(0).warmUp()).isEqualTo(new WarmUp(0, 0, 1));
        assertThat(WarmUp.left(0, 0)).isEqualTo(1);
        assertThat(WarmUp.left(0, 1)).isEqualTo(0);
        assertThat(new WarmUp(0, 1, 1)).hasToString("about 1.0 of the initial running averages left, 1 steps to go");
        assertThat(new WarmUp(0.1, Double.NaN, 44))
                .hasToString("running averages are no mixture of the initial values and the data");
    }

    @Test
    void doesNotTakeDriftForWarmUp() {
        Network net = healthy();
        of(net, "batchnorm1d_1.runningMean").putScalar(2, 30).putScalar(1, -30);
        BatchNormReport report = net.batchNormReport(DATA);
        assertThat(report.findings(NormFinding.WARM_UP)).isEmpty();
        assertThat(report.findings(NormFinding.DRIFT)).hasSize(1);
    }

    @Test
    void hasLittleToSayWithoutBatchNorm() {
        Network net = Network.input(3).dense(2).build(1, DataType.DOUBLE);
        assertThat(net.batchNormReport(DATA).toString())
                .isEqualTo("0 batch normalisations on 640 examples; batches of 32 in training mode differ from"
                        + " predictions by 0.0, and in the largest output for 0.0 % of the examples"
                        + System.lineSeparator() + "nothing found");
    }

    @Test
    void isWrittenAsJson() {
        assertThat(healthy().batchNormReport(DATA).json())
                .contains("\"layer\": \"batchnorm1d_1\"", "\"disagreement\": 0.0", "\"outputDeviation\": ");
    }
}
