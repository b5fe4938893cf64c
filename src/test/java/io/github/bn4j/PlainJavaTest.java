package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whole programs without an array of ND4J. */
class PlainJavaTest {

    private static final float[] EXAMPLE = {0.5f, -1, 2};

    private static float[][] examples(int rows, int length) {
        Random random = new Random(7);
        float[][] examples = new float[rows][length];
        for (float[] example : examples) {
            for (int i = 0; i < length; i++) {
                example[i] = (float) random.nextGaussian();
            }
        }
        return examples;
    }

    private static double[][] widened(float[][] rows) {
        return Arrays.stream(rows)
                .map(row ->
                        IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray())
                .toArray(double[][]::new);
    }

    private static Network classifier() {
        return Network.input(3).dense(8).batchNorm1d().relu().dense(4).build(5).classNames(List.of("a", "b", "c"));
    }

    @Test
    void learnsAndClassifiesDigitsFromArrays(@TempDir Path folder) {
        Split split = Digits.load().split(0.8, 42);
        float[][] pixels = rows(split.train());
        String[] names = names(split.train());
        Network net = Network.input(1, 8, 8)
                .conv2d(8, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42);
        net.trainer()
                .optimizer(Adam.of(3e-3))
                .loss(Loss.softmaxCrossEntropy())
                .epochs(3)
                .fit(Dataset.of(pixels, names).reshape(1, 8, 8));
        Path file = folder.resolve("digits.safetensors");
        net.save(file);
        Network again = Network.load(file);
        float[][] test = rows(split.test());
        String[] told = again.classify(test);
        String[] wanted = names(split.test());
        long right = IntStream.range(0, told.length)
                .filter(i -> told[i].equals(wanted[i]))
                .count();

        assertThat(again.classNames()).startsWith("digit 0", "digit 1");
        assertThat(right / (double) told.length)
                .isEqualTo(net.evaluate(split.test()).accuracy())
                .isGreaterThan(0.9);
        assertThat(again.classify(test[3])).isEqualTo(told[3]);
    }

    private static float[][] rows(Dataset digits) {
        float[] all = digits.features().data().asFloat();
        return IntStream.range(0, digits.size())
                .mapToObj(row -> Arrays.copyOfRange(all, row * 64, (row + 1) * 64))
                .toArray(float[][]::new);
    }

    private static String[] names(Dataset digits) {
        return Arrays.stream(digits.labels().data().asDouble())
                .mapToObj(label -> "digit " + (int) label)
                .toArray(String[]::new);
    }

    @Test
    void predictsWhatItPredictsForArraysOfNd4j() {
        Network net = Network.input(3, 5, 4).conv2d(7, 3).batchNorm2d().relu().build(3);
        float[][] images = examples(5, 60);
        INDArray expected = net.predict(Nd4j.create(images).reshape('c', 5, 3, 5, 4));
        float[][] predicted = net.predict(images);

        assertThat(predicted).hasDimensions(5, 7 * 3 * 2);
        for (int row = 0; row < 5; row++) {
            assertThat(predicted[row])
                    .isEqualTo(expected.slice(row).dup('c').data().asFloat());
            assertThat(net.predict(images[row])).containsExactly(predicted[row], within(1e-5f));
        }
        assertThat(net.predict(widened(images))).isDeepEqualTo(widened(predicted));
        assertThat(net.predict(widened(images)[2])).containsExactly(widened(predicted)[2], within(1e-5));
    }

    @Test
    void keepsFloat64InANetworkOfFloat64() {
        Network net = Network.input(3).dense(2).build(3, DataType.DOUBLE);
        double[] example = {1.0 / 3, 1e-9, 1e200};
        double[] expected =
                net.predict(Nd4j.create(new double[][] {example})).data().asDouble();

        assertThat(net.predict(example)).isEqualTo(expected);
        assertThat(net.predict(EXAMPLE)).hasSize(2);
        assertThatThrownBy(() -> Network.input(3).dense(2).build(3).predict(example))
                .hasMessage(
                        "network expects finite numbers in input \"features\" but got 1.0E200, more than FLOAT holds, in row 0;"
                                + " fill in what is missing, or leave such rows out");
    }

    @Test
    void sharesOutProbabilities() {
        Network net = classifier();
        double[] scores = net.predict(widened(new float[][] {EXAMPLE}))[0];
        double sum = Arrays.stream(scores).map(Math::exp).sum();
        double[] expected =
                Arrays.stream(scores).map(score -> Math.exp(score) / sum).toArray();
        float[] shares = net.probabilities(EXAMPLE);

        for (int i = 0; i < 4; i++) {
            assertThat(shares[i]).isCloseTo((float) expected[i], within(1e-6f));
        }
        assertThat(net.probabilities(new float[][] {EXAMPLE, EXAMPLE})[1]).containsExactly(shares, within(1e-6f));
        assertThat(net.probabilities(widened(new float[][] {EXAMPLE})[0])).containsExactly(expected, within(1e-6));
        assertThat(net.probabilities(widened(new float[][] {EXAMPLE}))[0]).containsExactly(expected, within(1e-6));
        assertThat(net.probabilities(Nd4j.create(new float[][] {EXAMPLE}))
                        .data()
                        .asFloat())
                .containsExactly(shares, within(1e-6f));
    }

    @Test
    void namesTheMostProbableClassOrSaysItsNumber() {
        Network net = Network.input(4).dense(4).build(1).classNames(List.of("a", "b", "c"));
        net.parameters().get("dense_1.weight").assign(Nd4j.eye(4));
        float[][] unit = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};

        assertThat(net.classify(unit)).containsExactly("a", "b", "c", "3");
        assertThat(net.classify(widened(unit))).containsExactly("a", "b", "c", "3");
        assertThat(net.classify(Nd4j.eye(4))).containsExactly("a", "b", "c", "3");
        assertThat(net.classify(unit[1])).isEqualTo("b");
        assertThat(net.classify(widened(unit)[3])).isEqualTo("3");
        assertThat(net.classify(new float[4])).as("of equal scores the first").isEqualTo("a");
    }

    @Test
    void goesWithoutNamesAfterATraining() {
        Network net = Network.input(3).dense(4).build(1);
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(Dataset.of(examples(8, 3), new int[] {0, 1, 2, 3, 0, 1, 2, 3
        }));

        assertThat(net.classify(EXAMPLE)).matches("[0-3]");
    }

    @Test
    void givesEachLabelAProbabilityOfItsOwn() {
        Network net = Network.input(3).dense(2).build(1);
        net.trainer()
                .loss(Loss.binaryCrossEntropy())
                .fit(Dataset.of(examples(4, 3), new double[][] {{0, 1}, {1, 1}, {0, 0}, {1, 0}}));
        float[] logits = net.predict(EXAMPLE);
        float[] shares = net.probabilities(EXAMPLE);

        for (int i = 0; i < 2; i++) {
            assertThat(shares[i]).isCloseTo((float) (1 / (1 + Math.exp(-logits[i]))), within(1e-6f));
        }
        assertThatThrownBy(() -> net.classify(EXAMPLE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("classify expects a classification with one class per example but got a multi-label"
                        + " classification in output \"dense_1\"; take probabilities(x), which has one for each label");
    }

    @Test
    void takesSharesAsTheyAreWhereTheNetworkEndsInASoftmax() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 3);
        Network net = g.build(g.named("shares", g.apply(new Softmax(), g.call(Dense.of(4), x))))
                .classNames(List.of("a", "b", "c", "d"));

        assertThat(net.probabilities(EXAMPLE)).isEqualTo(net.predict(EXAMPLE));
    }

    @Test
    void explainsItselfWhereThereAreNoClasses() {
        Network regression = Network.input(3).dense(2).build(1);
        assertThatThrownBy(() -> regression.classify(EXAMPLE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "classify expects a network with one output that is a classification but got \"dense_1\" [2] of a"
                                + " task that nobody said; name the classes by classNames(names), or train the network with a loss of"
                                + " classes, or take predict(x)");
        regression.trainer().loss(Loss.meanSquaredError()).fit(Dataset.of(examples(4, 3), new double[][] {
            {0, 1}, {1, 1}, {0, 0}, {1, 0}
        }));
        assertThatThrownBy(() -> regression.probabilities(EXAMPLE))
                .hasMessage(
                        "probabilities expects a network with one output that is a classification but got \"dense_1\" [2]"
                                + " of a regression; take predict(x)");
    }

    @Test
    void takesTheOutputThatIsAClassification() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 3);
        Network net = g.build(
                g.named("size", g.call(Dense.of(1), x)),
                g.named("kind", g.call(Dense.of(2), x)),
                g.named("colour", g.call(Dense.of(3), x)));
        Network one = net.classNames("kind", List.of("cat", "dog"));
        Network two = one.classNames("colour", List.of("red", "green", "blue"));

        assertThat(one.classify(EXAMPLE)).isIn("cat", "dog");
        assertThat(one.probabilities(EXAMPLE)).hasSize(2);
        assertThat(one.predict(EXAMPLE)).as("the first output").hasSize(1);
        assertThatThrownBy(() -> two.classify(EXAMPLE))
                .hasMessage(
                        "classify expects a network with one output that is a classification but got [kind, colour] of"
                                + " them; ask part(output) for one of them");
        assertThat(two.part("colour").classify(EXAMPLE)).isIn("red", "green", "blue");
    }

    @Test
    void wantsOneScoreForEachClass() {
        Network net = Network.input(3, 4, 4).conv2d(2, 1).build(1);
        net.trainer().loss(Loss.softmaxCrossEntropy()).fit(Dataset.of(Nd4j.rand(2, 3, 4, 4), Nd4j.zeros(2, 4, 4)));

        assertThatThrownBy(() -> net.classify(new float[48]))
                .hasMessage(
                        "classify expects a score for each class in output \"conv2d_1\" but got [2, 4, 4]; take predict(x)"
                                + " and compare the scores of each position");
    }

    @Test
    void namesTheShapeThatItExpects() {
        Network images = Network.input(3, 5, 4).flatten().dense(2).build(1).classNames(List.of("a", "b"));
        Network plain = classifier();

        assertThatThrownBy(() -> images.classify(new float[59]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "input \"features\" expects 60 numbers for an example [3, 5, 4] but got 59; give it all elements, those of"
                                + " the last axis side by side");
        assertThatThrownBy(() -> plain.predict(new double[4]))
                .hasMessage("input \"features\" expects 3 numbers but got 4");
        assertThatThrownBy(() -> plain.predict(new float[][] {{1, 2, 3}, {1, 2}}))
                .hasMessage("input \"features\" expects 3 numbers but got 2 in row 1");
        assertThatThrownBy(() -> plain.predict(new float[0][3]))
                .hasMessage("input \"features\" expects at least one example but got an empty array");
        assertThatThrownBy(() -> plain.predict(new float[][] {{1, 2, 3}, null}))
                .hasMessage("network expects an array of numbers as example 1 but got null");
        assertThatThrownBy(() -> plain.probabilities(new float[] {1, Float.NaN, 3}))
                .hasMessage(
                        "network expects finite numbers in input \"features\" but got NaN in row 0; fill in what is missing, or"
                                + " leave such rows out");
    }

    @Test
    void asksForAMapWhereThereAreSeveralInputs() {
        GraphBuilder g = new GraphBuilder();
        Network net = g.build(g.add(g.input("left", 3), g.input("right", 3)));

        assertThatThrownBy(() -> net.predict(EXAMPLE))
                .hasMessage("network expects inputs [left, right] but got a single array; pass a map");
        assertThatThrownBy(net::predictor)
                .hasMessage("network expects inputs [left, right] but got a single array; pass a map");
    }

    @Test
    void predictsManyExamplesInChunks() {
        Network net = classifier().on(Engine.nd4j());
        float[][] many = examples(600, 3);

        assertThat(net.classify(many)).hasSize(600);
        assertThat(net.predict(many)[599]).containsExactly(net.predict(many[599]), within(1e-6f));
    }

    @Test
    void refusesShapesOfNd4jAsBefore() {
        assertThatThrownBy(() -> classifier().classify(Nd4j.zeros(2, 4))).isInstanceOf(ShapeException.class);
    }
}
