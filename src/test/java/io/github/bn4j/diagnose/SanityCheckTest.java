package io.github.bn4j.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.diagnose.OddOp.Fault;
import io.github.bn4j.diagnose.SanityReport.Check;
import io.github.bn4j.diagnose.SanityReport.Verdict;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.train.Loss;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A sound network passes, and each planted fault is found by the check that it is planted for. */
class SanityCheckTest {

    private static final Dataset DATA = data();

    /** 3 classes of 4 features, each around a centre of its own. */
    private static Dataset data() {
        Random random = new Random(1);
        double[] features = new double[120 * 4];
        double[] labels = new double[120];
        for (int i = 0; i < 120; i++) {
            labels[i] = i % 3;
            for (int j = 0; j < 4; j++) {
                features[4 * i + j] = random.nextGaussian() + (j == i % 3 ? 3 : 0);
            }
        }
        return Dataset.of(
                Tensors.of(DataType.FLOAT, features, 120, 4), Tensors.of(DataType.FLOAT, labels, labels.length));
    }

    private static NetworkBuilder sound() {
        return Network.input(4).dense(16).batchNorm1d().relu();
    }

    private static Layer odd(Fault fault) {
        return (scope, x) -> fault == Fault.WRITES
                ? scope.apply(new OddOp(fault), x, scope.state("count", Shape.of(1), Initializer.constant(0)))
                : scope.apply(new OddOp(fault), x);
    }

    private static SanityReport with(Fault fault) {
        return sound().then(odd(fault)).dense(3).build(3).sanityCheck(DATA);
    }

    private static void assertFailed(SanityReport report, String check, String text) {
        assertThat(report.passed()).isFalse();
        assertThat(report.check(check).verdict()).as(report.toString()).isEqualTo(Verdict.FAILED);
        assertThat(report.check(check).text()).matches(text);
    }

    @Test
    void passesASoundNetworkAndChangesNothing() {
        Network net = sound().then(Dropout.of(0.3)).dense(3).build(3);
        List<INDArray> before = net.parameters().names().stream()
                .map(name -> net.parameters().get(name).dup())
                .toList();
        SanityReport report = net.sanityCheck(DATA);
        assertThat(report.checks())
                .as(report.toString())
                .filteredOn(check -> !check.name().equals("targets"))
                .extracting(Check::verdict)
                .containsOnly(Verdict.PASSED);
        assertThat(report.passed()).isTrue();
        List<INDArray> after =
                net.parameters().names().stream().map(net.parameters()::get).toList();
        assertThat(after).isEqualTo(before);
        assertThat(report.toString().lines().map(line -> line.replaceAll("[0-9.e-]*[0-9]", "#")))
                .containsExactly(
                        "inputs              passed   no value drowns the others",
                        "targets             skipped  no output is a regression",
                        "last layer          passed   no batch normalisation yields an output itself",
                        "loss at start       passed   #, where a guess among # classes gives #",
                        "overfits one batch  passed   # examples, from # to # in # steps of Adam #",
                        "gradients           passed   # parameters have one",
                        "examples apart      passed   in predictions; in training mode the rest changes by # of its size,"
                                + " through the statistics of the batch, as it should",
                        "batch size          passed   one example or # at once give the same predictions",
                        "modes               passed   predictions before and after a pass in training mode are the same"
                                + " bits; only fit moves the running averages",
                        "biases              passed   # tested in float#, as reported");
        assertThat(report.check("loss at start").numbers().get("guess")).isCloseTo(Math.log(3), within(1e-12));
        assertThat(report.check("overfits one batch").numbers().get("reached")).isLessThanOrEqualTo(0.05);
        assertThat(report.json()).contains("\"name\": \"gradients\"", "\"verdict\": \"PASSED\"", "\"unreached\": 0.0");
    }

    @Test
    void passesInFloat64AndWithTargets() {
        Dataset targets = Dataset.of(DATA.features(), DATA.features().mul(2));
        SanityReport report = Network.input(4)
                .dense(32)
                .batchNorm1d()
                .relu()
                .dense(4)
                .build(1, DataType.DOUBLE)
                .sanityCheck(targets);
        assertThat(report.passed()).as(report.toString()).isTrue();
        assertThat(report.check("loss at start").toString())
                .matches("loss at start skipped: [0-9.]+; without class numbers there is nothing to expect");
    }

    @Test
    void findsOutputsThatAreTooLarge() {
        Network net = sound().dense(3).build(3);
        net.parameters().get("dense_2.weight").muli(20);
        assertFailed(
                net.sanityCheck(DATA),
                "loss at start",
                "[0-9.]+, where a guess among 3 classes gives 1.10; normalise the inputs, or start the last layer with"
                        + " smaller weights; if it has been trained, look at the labels");
    }

    @Test
    void asksWhetherANetworkIsTrainedAlready() {
        Network net = sound().dense(3).build(3);
        net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(60).fit(DATA);
        Check check = net.sanityCheck(DATA).check("loss at start");
        assertThat(check.verdict()).isEqualTo(Verdict.NOTED);
        assertThat(check.text())
                .matches("[0-9.e-]+, where a guess among 3 classes gives 1.10: trained already\\?; this check is for a"
                        + " network that has just been built");
    }

    @Test
    void findsABatchThatCannotBeLearnt() {
        Dataset same = Dataset.of(DATA.features().mul(0), DATA.labels());
        assertFailed(
                sound().dense(3).build(3).sanityCheck(same),
                "overfits one batch",
                "32 examples, from [0-9.]+ to no less than 1.1 in 250 steps, where 0.050 is wanted; look for equal"
                        + " examples with different targets, for dead or saturated activations, and for an output that"
                        + " cannot take the values of the targets");
    }

    @Test
    void namesParametersThatNoGradientReaches() {
        assertFailed(
                with(Fault.NO_GRADIENT),
                "gradients",
                "none in 5 steps for dense_1.weight, batchnorm1d_1.gamma, batchnorm1d_1.beta; look behind them for dead"
                        + " activations, weights of 0, or an op without a gradient");
        Network dead = Network.input(4).dense(8).relu().dense(3).build(1);
        dead.parameters().get("dense_1.bias").assign(-100);
        assertFailed(
                dead.sanityCheck(DATA),
                "gradients",
                "none in 5 steps for dense_1.weight, dense_1.bias, dense_2.weight; look behind them .*");
        dead.parameters().get("dense_1.bias").assign(0).putScalar(2, -100);
        Check partly = dead.sanityCheck(DATA).check("gradients");
        assertThat(partly.verdict()).isEqualTo(Verdict.NOTED);
        assertThat(partly.text())
                .isEqualTo(
                        "4 parameters have one, but not 1 of 8 in dense_1.weight, 1 of 8 in dense_1.bias; dead units;"
                                + " normalise what comes in, or use smaller steps");
    }

    @Test
    void namesParametersWhoseGradientIsNotFinite() {
        assertFailed(
                with(Fault.NAN_GRADIENT),
                "gradients",
                "those of dense_1.weight, batchnorm1d_1.gamma, batchnorm1d_1.beta are not finite; fit expects finite"
                        + " numbers but got NaN or infinity in epoch 1, step 1, first in the gradients, while every"
                        + " layer's output was finite; lower the learning rate or scale the data \\(the parameters are"
                        + " still those before this step\\)");
    }

    @Test
    void explainsABiasThatWasAskedForAndIsCancelled() {
        Network net = Network.input(4)
                .then(Dense.of(16).useBias(true))
                .batchNorm1d()
                .relu()
                .dense(3)
                .build(3);
        assertThat(net.sanityCheck(DATA).check("gradients").toString())
                .isEqualTo("gradients passed: 6 parameters have one, by rounding only dense_1.bias, which batchnorm1d_1"
                        + " cancels");
    }

    @Test
    void findsExamplesThatLeakIntoEachOther() {
        SanityReport report = with(Fault.MIXES_EXAMPLES);
        assertFailed(
                report,
                "examples apart",
                "another example changes the predictions of the rest by [0-9.]+ of their size, first in layer_1; an op"
                        + " mixes examples; it must not look along the batch axis");
        assertFailed(
                report,
                "batch size",
                "predictions of one example and of 8 at once differ by [0-9.]+ of their size; an op looks at the number"
                        + " of examples or along the batch axis");
        assertFailed(
                with(Fault.MIXES_IN_TRAINING),
                "examples apart",
                "another example changes what training mode gives for the rest by [0-9.]+ of their size, first in"
                        + " layer_1; an op other than batch normalisation mixes examples in training");
        SanityReport counting = with(Fault.COUNTS_EXAMPLES);
        assertThat(counting.check("examples apart").verdict()).isEqualTo(Verdict.PASSED);
        assertFailed(counting, "batch size", "predictions of one example and of 8 at once differ by .*");
    }

    @Test
    void findsNoMixingWithoutBatchNorm() {
        Network net = Network.input(4).dense(8).relu().dense(3).build(1);
        assertThat(net.sanityCheck(DATA).check("examples apart").toString())
                .isEqualTo("examples apart passed: in predictions and in training mode");
    }

    @Test
    void findsModesThatDisturbEachOther() {
        assertFailed(
                with(Fault.WRITES),
                "modes",
                "a pass in training mode changes layer_1.count; an op writes to its parameters; only the optimiser and"
                        + " the running averages may");
        assertFailed(
                with(Fault.REMEMBERS),
                "modes",
                "predictions after a pass in training mode differ by [0-9.e-]+ of their size; an op remembers something"
                        + " from one call to the next");
    }

    @Test
    void findsAnOpThatLiesAboutShifts() {
        assertFailed(
                Network.input(4)
                        .dense(8)
                        .then(odd(Fault.LIES_ABOUT_SHIFTS))
                        .relu()
                        .dense(3)
                        .build(1)
                        .sanityCheck(DATA),
                "biases",
                "a change of dense_1.bias shows, though the report calls it redundant; look at what the ops on its path"
                        + " say of shifts");
    }

    @Test
    void passesTheImagesOfTheReadme() {
        SanityReport report = Network.input(1, 8, 8)
                .conv2d(8, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42)
                .sanityCheck(Digits.load());
        assertThat(report.passed()).as(report.toString()).isTrue();
    }

    @Test
    void refusesWhatItCannotCheck() {
        Network net = sound().dense(3).build(3);
        assertThatThrownBy(() -> net.sanityCheck(DATA.slice(0, 1)))
                .hasMessage("sanityCheck expects at least 2 examples but got 1");
        assertThatThrownBy(() -> net.sanityCheck(DATA).check("luck"))
                .hasMessage(
                        "check expects the name of a check but got \"luck\"; there are [inputs, targets, last layer, loss at start, overfits one"
                                + " batch, gradients, examples apart, batch size, modes, biases]");
        assertThatThrownBy(() -> sound().dense(4).build(3).sanityCheck(DATA.classNames(List.of("a", "b", "c"))))
                .hasMessageStartingWith("sanityCheck expects a score for each of the 3 classes but got output");
    }

    @Test
    void saysThatItWasInterrupted() {
        Network net = sound().dense(3).build(3);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> net.sanityCheck(DATA))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage(
                            "sanityCheck expects a thread that goes on but got an interrupt; the network is as it was");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
