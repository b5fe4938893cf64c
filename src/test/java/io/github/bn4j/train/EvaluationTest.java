package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Softmax;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What an evaluation is comes from the loss or from what the targets are, never from shapes that happen to be equal. */
class EvaluationTest {

    private static final int ROWS = 37;
    private static final int FEATURES = 13;

    private static INDArray normal(int seed, long... shape) {
        Random random = new Random(seed);
        INDArray array = Nd4j.create(DataType.FLOAT, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextGaussian());
        }
        return array;
    }

    private static INDArray classes(int count) {
        INDArray labels = Nd4j.create(DataType.FLOAT, ROWS);
        for (int row = 0; row < ROWS; row++) {
            labels.putScalar(row, row * 7 % count);
        }
        return labels;
    }

    private static INDArray oneHot(int count) {
        return Dataset.of(normal(1, ROWS, FEATURES), classes(count))
                .oneHot(count)
                .labels();
    }

    private static Network network(int outputs) {
        return Network.input(FEATURES)
                .dense(9)
                .batchNorm1d()
                .relu()
                .dense(outputs)
                .build(3);
    }

    /** The mean of the squares and of the sizes, in plain loops. */
    private static double[] errors(INDArray output, INDArray target) {
        double[] wanted = target.dup('c').data().asDouble();
        double[] got = output.dup('c').data().asDouble();
        double squares = 0;
        double sizes = 0;
        for (int i = 0; i < got.length; i++) {
            squares += Math.pow(got[i] - wanted[i], 2) / got.length;
            sizes += Math.abs(got[i] - wanted[i]) / got.length;
        }
        return new double[] {squares, sizes};
    }

    @Test
    void judgesARegressionOfAnyWidthByItsErrors() {
        for (int width : new int[] {1, 3, 20}) {
            Dataset data = Dataset.of(normal(1, ROWS, FEATURES), normal(2, ROWS, width));
            Network net = network(width);
            for (int trained = 0; trained <= 1; trained++) {
                Evaluation evaluation = net.evaluate(data);
                double[] errors = errors(net.predict(data.features()), data.labels());
                assertThat(evaluation.task()).isEqualTo(Task.REGRESSION);
                assertThat(evaluation.isClassification()).isFalse();
                assertThat(evaluation.meanSquaredError()).isCloseTo(errors[0], within(1e-12));
                assertThat(evaluation.meanAbsoluteError()).isCloseTo(errors[1], within(1e-12));
                assertThat(evaluation.toString())
                        .matches("Evaluation\\[37 examples, mean squared error [\\d.]+, mean absolute error [\\d.]+]");
                assertThatIllegalStateException()
                        .isThrownBy(evaluation::accuracy)
                        .withMessage("accuracy expects a classification but got a regression; use meanSquaredError() or"
                                + " meanAbsoluteError()");
                assertThatIllegalStateException()
                        .isThrownBy(evaluation::confusion)
                        .withMessage(
                                "confusion expects a classification but got a regression; use meanSquaredError() or"
                                        + " meanAbsoluteError()");
                net.trainer().loss(Loss.meanSquaredError()).fit(data);
            }
        }
    }

    @Test
    void judgesImagesAndSingleNumbersAsRegressions() {
        Network images = Network.input(3, 6, 6).conv2d(3, 1).build(1);
        Dataset pictures = Dataset.of(normal(1, ROWS, 3, 6, 6), normal(2, ROWS, 3, 6, 6));
        assertThat(images.evaluate(pictures).meanSquaredError())
                .isCloseTo(errors(images.predict(pictures.features()), pictures.labels())[0], within(1e-12));
        Network number = Network.input(FEATURES).dense(1).reshape().build(1);
        Dataset whole = Dataset.of(normal(1, ROWS, FEATURES), classes(5));
        assertThat(number.evaluate(whole).meanSquaredError())
                .isCloseTo(errors(number.predict(whole.features()), whole.labels())[0], within(1e-12));
    }

    @Test
    void takesDistributionsForClassesWhereTheLossDoes() {
        Dataset numbers = Dataset.of(normal(1, ROWS, FEATURES), classes(5));
        Dataset shares = Dataset.of(numbers.features(), oneHot(5));
        Network net = network(5);
        History history = net.trainer().loss(Loss.softmaxCrossEntropy()).fit(shares, shares);
        Evaluation evaluation = net.evaluate(shares);
        assertThat(evaluation.task()).isEqualTo(Task.CLASSIFICATION);
        assertThat(evaluation.accuracy())
                .isEqualTo(net.evaluate(numbers).accuracy())
                .isEqualTo(history.last().validationAccuracy());
        assertThat(evaluation.confusion()).isDeepEqualTo(net.evaluate(numbers).confusion());
        assertThatIllegalStateException()
                .isThrownBy(evaluation::meanSquaredError)
                .withMessage(
                        "meanSquaredError expects a regression but got a classification; use accuracy() or confusion()");
    }

    @Test
    void takesDistributionsForNumbersWhereTheLossDoes() {
        Dataset shares = Dataset.of(normal(1, ROWS, FEATURES), oneHot(5));
        Network net = network(5);
        History history = net.trainer().loss(Loss.meanSquaredError()).fit(shares, shares);
        assertThat(net.evaluate(shares).meanSquaredError())
                .isCloseTo(history.last().validationLoss(), within(1e-6));
        assertThat(history.last().validationAccuracy()).isNaN();
        assertThat(net.evaluate(Dataset.of(shares.features(), classes(5))).task())
                .as("class numbers are classes for whatever was trained")
                .isEqualTo(Task.CLASSIFICATION);
    }

    @Test
    void remembersTheTaskInEveryNetworkMadeOfATrainedOne() {
        Dataset shares = Dataset.of(normal(1, ROWS, FEATURES), oneHot(5));
        Network net = network(5);
        Network view = net.freezeBatchNorm();
        view.trainer().loss(Loss.softmaxCrossEntropy()).fit(shares);
        double accuracy = net.evaluate(shares).accuracy();
        for (Network made : List.of(
                net.on(net.engine()),
                net.to(DataType.FLOAT),
                net.fold().network(),
                net.trainAffine(false),
                net.materializeBias(),
                net.absorbBias(),
                net.updateRunning(false))) {
            assertThat(made.evaluate(shares).accuracy()).isCloseTo(accuracy, within(0.03));
        }
        Network copy = net.to(DataType.FLOAT);
        copy.trainer().loss(Loss.meanSquaredError()).fit(shares);
        assertThat(copy.evaluate(shares).task()).isEqualTo(Task.REGRESSION);
        assertThat(net.evaluate(shares).task()).isEqualTo(Task.CLASSIFICATION);
    }

    @Test
    void asksWhatNobodyHasSaid() {
        Dataset shares = Dataset.of(normal(1, ROWS, FEATURES), oneHot(5));
        Network net = network(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.evaluate(shares))
                .withMessage(
                        "evaluate expects to know whether output \"dense_2\" is a classification but got targets [5] of"
                                + " distributions, or of numbers that look like them, and no training; call"
                                + " evaluate(data, Task.CLASSIFICATION) or evaluate(data, Task.REGRESSION)");
        assertThat(net.evaluate(shares, Task.REGRESSION).meanSquaredError())
                .isCloseTo(errors(net.predict(shares.features()), shares.labels())[0], within(1e-12));
        assertThat(net.evaluate(shares, Task.CLASSIFICATION).accuracy())
                .isEqualTo(
                        net.evaluate(Dataset.of(shares.features(), classes(5))).accuracy());
        assertThat(net.evaluate(Dataset.of(shares.features(), classes(5)).oneHot(5))
                        .task())
                .as("distributions that were made of class numbers")
                .isEqualTo(Task.CLASSIFICATION);

        Loss brier = (scope, output, target) ->
                scope.apply(new MeanSquaredError(), scope.apply(new Softmax(), output), target);
        History silent = net.trainer().loss(brier).fit(shares, shares);
        assertThat(silent.last().validationAccuracy()).isNaN();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.evaluate(shares))
                .withMessage(
                        "evaluate expects to know whether output \"dense_2\" is a classification but got targets [5] of"
                                + " distributions, or of numbers that look like them, and a loss that does not say; call"
                                + " evaluate(data, Task.CLASSIFICATION) or evaluate(data, Task.REGRESSION)");
        History told = net.trainer().loss(brier.forTask(Task.CLASSIFICATION)).fit(shares, shares);
        assertThat(net.evaluate(shares).accuracy()).isEqualTo(told.last().validationAccuracy());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Evaluation.of(net.predict(shares.features()), shares.labels()))
                .withMessage(
                        "Evaluation.of expects targets that show whether this is a classification but got [5] of"
                                + " distributions, or of numbers that look like them; add Task.CLASSIFICATION or Task.REGRESSION");
        assertThat(Evaluation.of(net.predict(shares.features()), shares.labels(), Task.CLASSIFICATION)
                        .accuracy())
                .isEqualTo(told.last().validationAccuracy());
    }

    @Test
    void seesOfTargetsWhatTheyCanBe() {
        assertThat(LabelKind.of(classes(4))).isEqualTo(LabelKind.CLASS_NUMBERS);
        assertThat(LabelKind.of(normal(1, ROWS))).isEqualTo(LabelKind.TARGETS);
        assertThat(LabelKind.of(Nd4j.ones(DataType.FLOAT, ROWS, 1))).isEqualTo(LabelKind.TARGETS);
        assertThat(LabelKind.of(oneHot(4))).isEqualTo(LabelKind.UNKNOWN);
        assertThat(LabelKind.of(oneHot(4).castTo(DataType.INT))).isEqualTo(LabelKind.UNKNOWN);
        INDArray last = oneHot(4).castTo(DataType.DOUBLE);
        last.putScalar(ROWS - 1, 3, -0.5);
        assertThat(LabelKind.of(last)).isEqualTo(LabelKind.TARGETS);
        assertThat(LabelKind.of(Nd4j.ones(DataType.FLOAT, 300, 2))).isEqualTo(LabelKind.TARGETS);
        assertThat(LabelKind.of(normal(1, ROWS, 2, 3))).isEqualTo(LabelKind.TARGETS);
    }

    @Test
    void keepsTheKindOfTargetsInEveryPart() {
        INDArray ages = Nd4j.createFromArray(1.5f, 2f, 3f, 4f);
        Dataset data = Dataset.of(normal(1, 4, 2), ages);
        assertThat(data.slice(1, 4).labelKinds()).containsOnly(Map.entry("labels", LabelKind.TARGETS));
        Dataset shares = Dataset.of(normal(1, 4, 2), Nd4j.createFromArray(0f, 1f, 1f, 2f))
                .oneHot(3);
        assertThat(shares.split(0.5, 1).test().shuffle(1).labelKinds())
                .containsOnly(Map.entry("labels", LabelKind.DISTRIBUTIONS));
    }

    private static Network twoOutputs() {
        GraphBuilder g = new GraphBuilder();
        Value body = g.call(Sequence.of().flatten().dense(24).batchNorm1d().relu(), g.input("image", 1, 8, 8));
        return g.build(g.call("kind", Dense.of(10), body), g.call("ink", Dense.of(1), body));
    }

    private static Dataset digits(String... targets) {
        Dataset some = Digits.load().slice(0, 300);
        INDArray ink = some.features().mean(1, 2, 3).reshape(300, 1);
        Map<String, INDArray> all = Map.of(
                "kind", some.labels(), "ink", ink, "oneHot", some.oneHot(10).labels());
        Map<String, INDArray> wanted = new LinkedHashMap<>();
        for (String target : targets) {
            wanted.put(target.equals("oneHot") ? "kind" : target, all.get(target));
        }
        return Dataset.of(Map.of("image", some.features()), wanted);
    }

    @Test
    void judgesEachOutputByItsOwnTask() {
        Network net = twoOutputs();
        Dataset data = digits("ink", "oneHot");
        net.trainer()
                .loss("kind", Loss.softmaxCrossEntropy())
                .loss("ink", Loss.meanSquaredError())
                .optimizer(Adam.of(1e-2))
                .epochs(5)
                .fit(data);
        Evaluation both = net.evaluate(data);
        Map<String, INDArray> outputs = net.forward(data.inputs());
        assertThat(both.outputs()).containsExactly("kind", "ink");
        assertThat(both.output("kind").accuracy())
                .isEqualTo(Evaluation.of(outputs.get("kind"), data.targets().get("kind"), Task.CLASSIFICATION)
                        .accuracy())
                .isGreaterThan(0.5);
        double[] errors = errors(outputs.get("ink"), data.targets().get("ink"));
        assertThat(both.output("ink").meanSquaredError()).isCloseTo(errors[0], within(1e-12));
        assertThat(both.toString())
                .matches("Evaluation\\[300 examples, kind: accuracy 0\\.\\d{4}; ink: mean squared error [\\d.e-]+,"
                        + " mean absolute error [\\d.]+]");
        assertThat(both.output("ink")).asString().doesNotContain("kind");
        assertThatIllegalStateException()
                .isThrownBy(both::accuracy)
                .withMessage("accuracy expects the evaluation of one output but got those of [kind, ink]; choose one by"
                        + " output(name)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> both.output("inc"))
                .withMessage("Evaluation.output expects the name of an output but got \"inc\"; there are [kind, ink]");
    }

    @Test
    void namesTheOutputWithoutTargets() {
        Network net = twoOutputs();
        for (Dataset data : List.of(digits("kind"), digits())) {
            String missing = data.targets().isEmpty() ? "kind" : "ink";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> net.evaluate(data))
                    .withMessage("evaluate expects targets for output \"" + missing + "\" but got "
                            + data.targets().keySet() + "; name each array of targets after its output");
        }
        Network single = network(5);
        Dataset without = Dataset.of(Map.of("features", normal(1, ROWS, FEATURES)), Map.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> single.evaluate(without))
                .withMessage(
                        "evaluate expects targets for output \"dense_2\" but got []; name each array of targets after"
                                + " its output");
        net.trainer().loss("kind", Loss.softmaxCrossEntropy()).fit(digits("kind"));
        assertThat(net.evaluate(digits("kind")).outputs()).containsExactly("kind");
        assertThat(net.evaluate(digits("ink", "kind")).accuracy()).isBetween(0.0, 1.0);
    }

    @Test
    void refusesTargetsOfAnotherShape() {
        INDArray x = normal(1, ROWS, FEATURES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network(4).evaluate(Dataset.of(x, normal(2, ROWS, 2, 2))))
                .isInstanceOf(ShapeException.class)
                .withMessage("Evaluation expects targets [4] like output \"dense_2\" but got [2, 2]; reshape them to"
                        + " [examples, 4]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network(4).evaluate(Dataset.of(x, oneHot(5))))
                .withMessage("Evaluation expects targets [4] like output \"dense_2\" but got [5]; give the network an"
                        + " output of that shape");
        Network trained = network(5);
        trained.trainer().loss(Loss.softmaxCrossEntropy()).fit(Dataset.of(x, classes(5)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trained.evaluate(Dataset.of(x, classes(5).reshape(ROWS, 1))))
                .withMessage(
                        "Evaluation expects class numbers [] or distributions [5] for output \"dense_2\" but got [1];"
                                + " reshape class numbers to [examples]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trained.evaluate(Dataset.of(x, normal(1, ROWS, 4))))
                .withMessage(
                        "Evaluation expects class numbers [] or distributions [5] for output \"dense_2\" but got [4];"
                                + " give the network one output per class");
        Dataset zeros = Dataset.of(x, Nd4j.zeros(DataType.FLOAT, ROWS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network(1).evaluate(zeros, Task.CLASSIFICATION))
                .withMessage(
                        "Evaluation expects a score for each of two or more classes in output \"dense_2\" but got [1];"
                                + " end the network with an output per class");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Evaluation.of(normal(1, 3, 2), classes(2)))
                .withMessage(
                        "Evaluation expects as many targets as outputs but got 37 and 3; give each example one of both");
    }
}
