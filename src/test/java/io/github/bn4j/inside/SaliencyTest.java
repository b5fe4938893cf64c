package io.github.bn4j.inside;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Bits;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Embedding;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.op.Softmax;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Gradients, integrated gradients and Grad-CAM against PyTorch's, against differences, and by their properties. */
class SaliencyTest {

    private static final double TOLERANCE = PyTorchValues.TOLERANCE;

    private static final int[] CLASSES = {2, 0};
    private static final double[] INPUT = Floats.values(PyTorchValues.array("x"));

    private static INDArray x() {
        return PyTorchValues.array("x");
    }

    private static Saliency exact() {
        return PyTorchValues.network(DataType.DOUBLE).saliency().ofClasses(CLASSES);
    }

    @Test
    void takesTheGradientsOfPyTorch() {
        Attribution gradient = exact().gradient(x());

        assertTensor(gradient.values()).isCloseTo(PyTorchValues.array("saliency"), TOLERANCE);
        assertTensor(gradient.map()).isCloseTo(PyTorchValues.array("saliency_max_channel"), TOLERANCE);
        double[] logits = Floats.values(PyTorchValues.array("logits"));
        assertThat(gradient.scored().get(0).score()).isCloseTo(logits[2], within(TOLERANCE));
        assertThat(gradient.scored().get(1).score()).isCloseTo(logits[3], within(TOLERANCE));
        assertThat(gradient.scored()).extracting(ScoredClass::number).containsExactly(2, 0);
    }

    @Test
    void drawsTheMapsOfPyTorch() {
        GradCam cam = exact().gradCam("relu_2", x());

        assertTensor(cam.map()).isCloseTo(PyTorchValues.array("gradcam"), TOLERANCE);
        assertTensor(cam.upsampled()).isCloseTo(PyTorchValues.array("gradcam_up"), TOLERANCE);
        assertTensor(cam.weights()).isCloseTo(PyTorchValues.array("gradcam_weights"), TOLERANCE);
        assertThat(cam.warnings()).isEmpty();
        assertThat(cam.upsampled(1)).hasSize(36);
    }

    @Test
    void integratesLikePyTorch() {
        INDArray midpoint = exact().integration(Integration.midpoint(50))
                .integratedGradients(x())
                .values();
        INDArray trapezoid = exact().integration(Integration.trapezoid(50))
                .integratedGradients(x())
                .values();

        assertTensor(midpoint).isCloseTo(PyTorchValues.array("integrated", "midpoint50"), TOLERANCE);
        assertTensor(trapezoid).isCloseTo(PyTorchValues.array("integrated", "trapezoid50"), TOLERANCE);
    }

    /** The error of 50 steps of the right sum, by saliency.py as it prints it: 1.2e-2; by Gauss-Legendre less. */
    @Test
    void saysHowFarTheSumIsFromTheDifference() {
        double[] delta = Floats.values(PyTorchValues.array("delta"));
        IntegratedGradients midpoint =
                exact().integration(Integration.midpoint(50)).integratedGradients(x());
        for (int row = 0; row < 2; row++) {
            double sum = midpoint.values().slice(row).sumNumber().doubleValue();
            assertThat(midpoint.completenessErrors().get(row)).isCloseTo(Math.abs(sum - delta[row]), within(TOLERANCE));
        }
        assertThat(midpoint.completenessError()).isBetween(5e-3, 2e-2);
        assertThat(exact().integratedGradients(x()).completenessError()).isLessThan(3e-3);
        assertThat(exact().integration(Integration.gaussLegendre(300))
                        .integratedGradients(x())
                        .completenessError())
                .isLessThan(6e-4);
    }

    /** Nodes and weights of Gauss-Legendre with 3 points: Abramowitz and Stegun, table 25.4. */
    @Test
    void knowsTheRootsOfLegendrePolynomials() {
        double[][] three = Integration.gaussLegendre(3).nodes();
        double root = 0.774596669241483;

        assertThat(three[0]).containsExactly(new double[] {(1 - root) / 2, 0.5, (1 + root) / 2}, within(1e-14));
        assertThat(three[1]).containsExactly(new double[] {5.0 / 18, 8.0 / 18, 5.0 / 18}, within(1e-14));
    }

    @ParameterizedTest
    @EnumSource(Integration.Rule.class)
    void weighsAllPlacesTogetherBy1(Integration.Rule rule) {
        for (int steps : new int[] {1, 2, 7, 50, 1000}) {
            double[][] nodes = new Integration(rule, steps).nodes();
            assertThat(DoubleStream.of(nodes[1]).sum()).isCloseTo(1, within(1e-12));
            assertThat(nodes[0]).isSorted();
            assertThat(DoubleStream.of(nodes[0]).allMatch(place -> place >= 0 && place <= 1))
                    .isTrue();
        }
    }

    @Test
    @NeedsOneDnn
    void agreesOnTheFastEngine() {
        Network fast = PyTorchValues.network(DataType.FLOAT).on(Engine.oneDnn());
        Saliency saliency = fast.saliency().ofClasses(CLASSES);
        INDArray x = x().castTo(DataType.FLOAT);

        assertTensor(saliency.gradient(x).values().castTo(DataType.DOUBLE))
                .isRelativelyCloseTo(PyTorchValues.array("saliency"), 1e-5);
        assertTensor(saliency.gradCam("relu_2", x).map().castTo(DataType.DOUBLE))
                .isRelativelyCloseTo(PyTorchValues.array("gradcam"), 1e-5);
        assertTensor(saliency.integration(Integration.midpoint(50))
                        .integratedGradients(x)
                        .values()
                        .castTo(DataType.DOUBLE))
                .isRelativelyCloseTo(PyTorchValues.array("integrated", "midpoint50"), 1e-4);
    }

    static Stream<Engine> engines() {
        return Stream.of(Engine.nd4j(), Engine.replicas(2), Engine.replicas(new int[] {2, 1}));
    }

    /** Each example has its own gradient, also where parts of a batch are elsewhere. */
    @ParameterizedTest
    @MethodSource("engines")
    void isThatOfEachExampleAlone(Engine engine) {
        Network net = convolutional().on(engine);
        INDArray x = Noise.normal(DataType.DOUBLE, 3, 3, 3, 9, 7);
        Network plain = convolutional();
        INDArray together = net.saliency().gradient(x).values();

        for (int row = 0; row < 3; row++) {
            INDArray one = plain.saliency()
                    .gradient(x.slice(row).reshape('c', 1, 3, 9, 7))
                    .values();
            assertTensor(together.slice(row).reshape('c', 1, 3, 9, 7)).isRelativelyCloseTo(one, 1e-12);
        }
    }

    private static Network convolutional() {
        return Network.input(3, 9, 7)
                .conv2d(5, 3)
                .batchNorm2d()
                .silu()
                .dropout(0.5)
                .conv2d(6, 3)
                .batchNorm2d()
                .tanh()
                .flatten()
                .dense(11)
                .batchNorm1d()
                .gelu()
                .dense(4)
                .build(7, DataType.DOUBLE);
    }

    @Test
    void isWhatDifferencesOfScoresAre() {
        Network net = convolutional();
        INDArray x = Noise.normal(DataType.DOUBLE, 5, 2, 3, 9, 7);
        double[] gradient = Floats.values(net.saliency().ofClass(1).gradient(x).values());
        double h = 1e-5;

        for (int i = 0; i < gradient.length; i += 13) {
            int row = i / (gradient.length / 2);
            INDArray more = x.dup('c');
            more.data().put(i, more.data().getDouble(i) + h);
            INDArray less = x.dup('c');
            less.data().put(i, less.data().getDouble(i) - h);
            double difference =
                    (net.predict(more).getDouble(row, 1) - net.predict(less).getDouble(row, 1)) / (2 * h);
            assertThat(gradient[i]).isCloseTo(difference, within(1e-8));
        }
    }

    /** The chunks are of 256 examples at most. */
    @Test
    void doesNotDependOnChunks() {
        Network net = Network.input(5).dense(7).batchNorm1d().tanh().dense(3).build(2, DataType.DOUBLE);
        INDArray x = Noise.normal(DataType.DOUBLE, 4, 300, 5);
        INDArray all = net.saliency().gradient(x).values();
        INDArray last = net.saliency()
                .gradient(x.get(NDArrayIndex.interval(290, 300), NDArrayIndex.all()))
                .values();

        assertTensor(all.get(NDArrayIndex.interval(290, 300), NDArrayIndex.all())
                        .dup('c'))
                .isRelativelyCloseTo(last, 1e-12);
    }

    @Test
    void changesNothing() {
        Network net = convolutional();
        Map<String, INDArray> before = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> before.put(name, net.parameters().get(name).dup()));
        INDArray gradients = net.parameters().gradients().dup();
        INDArray x = Noise.normal(DataType.DOUBLE, 3, 2, 3, 9, 7);
        INDArray given = x.dup();
        net.saliency().gradient(x);
        net.saliency().integration(Integration.right(2)).integratedGradients(x);
        net.saliency().gradCam("tanh_1", x);

        before.forEach((name, array) -> Bits.assertSame(net.parameters().get(name), array));
        Bits.assertSame(net.parameters().gradients(), gradients);
        Bits.assertSame(x, given);
    }

    @Test
    void takesTheLogitsBeforeASoftmax() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 6);
        Value logits = g.call("logits", Dense.of(3), x);
        Network with = g.build(3, DataType.DOUBLE, g.apply(new Softmax(), logits));
        Network without = with.part("logits");
        INDArray rows = Noise.normal(DataType.DOUBLE, 8, 4, 6);

        Bits.assertSame(
                with.saliency().gradient(rows).values(),
                without.saliency().gradient(rows).values());
        assertThat(with.saliency().gradient(rows).scored())
                .isEqualTo(without.saliency().gradient(rows).scored());
    }

    @Test
    void findsTheClassByItsName() {
        Network net = convolutional().classNames(List.of("ant", "bee", "cat", "dog"));
        INDArray x = Noise.normal(DataType.DOUBLE, 3, 2, 3, 9, 7);

        Bits.assertSame(
                net.saliency().ofClass("cat").gradient(x).values(),
                net.saliency().ofClass(2).gradient(x).values());
        assertThat(net.saliency().ofClass("cat").gradient(x).scored())
                .extracting(ScoredClass::name)
                .containsExactly("cat", "cat");
        String[] predicted = net.classify(x);
        assertThat(net.saliency().gradient(x).scored())
                .extracting(ScoredClass::name)
                .containsExactly(predicted);
    }

    @Test
    void takesAnExampleOfPlainJava() {
        Network net = PyTorchValues.network(DataType.DOUBLE);
        double[] first = Arrays.copyOf(INPUT, 72);
        float[] floats = new float[72];
        for (int i = 0; i < 72; i++) {
            floats[i] = (float) first[i];
        }
        double[] expected = Floats.values(PyTorchValues.array("saliency"));
        float[] values = net.saliency().ofClass(2).gradient(first).values(0);
        for (int i = 0; i < 72; i++) {
            assertThat(values[i]).isEqualTo((float) expected[i]);
        }

        assertThat(net.saliency().ofClass(2).gradient(floats).map(0)).hasSize(36);
        assertThat(net.saliency().integratedGradients(first).values(0)).hasSize(72);
        assertThat(net.saliency().integratedGradients(floats).map(0)).hasSize(36);
        assertThat(net.saliency().gradCam("relu_1", first).upsampled(0)).hasSize(36);
        assertThat(net.saliency().gradCam("relu_1", floats).upsampled(0)).hasSize(36);
    }

    @Test
    void comparesWithABaseline() {
        Network net = convolutional();
        INDArray x = Noise.normal(DataType.DOUBLE, 3, 2, 3, 9, 7);
        INDArray one = Noise.normal(DataType.DOUBLE, 4, 3, 9, 7);
        INDArray both = Nd4j.stack(0, one, one);

        IntegratedGradients shared = net.saliency().ofClass(0).baseline(one).integratedGradients(x);
        assertTensor(net.saliency()
                        .ofClass(0)
                        .baseline(both)
                        .integratedGradients(x)
                        .values())
                .isCloseTo(shared.values(), 0);
        double[] end = {net.predict(x).getDouble(0, 0), net.predict(x).getDouble(1, 0)};
        double start = net.predict(one.reshape('c', 1, 3, 9, 7)).getDouble(0, 0);
        for (int row = 0; row < 2; row++) {
            assertThat(shared.values().slice(row).sumNumber().doubleValue()).isCloseTo(end[row] - start, within(1e-9));
        }
        assertTensor(net.saliency().baseline(both).integratedGradients(both).values())
                .isCloseTo(Nd4j.zeros(DataType.DOUBLE, 2, 3, 9, 7), 0);
        assertThatThrownBy(() -> net.saliency().baseline(x.slice(0).slice(0)).integratedGradients(x))
                .hasMessage("saliency expects a baseline of shape [3, 9, 7], or [2, 3, 9, 7], but got [9, 7]");
    }

    @Test
    void drawsMapsOfSequences() {
        Network net = Network.input(3, 12)
                .conv1d(5, 3)
                .batchNorm1d()
                .relu()
                .globalAvgPool1d()
                .dense(2)
                .build(4, DataType.DOUBLE);
        INDArray x = Noise.normal(DataType.DOUBLE, 6, 4, 3, 12);
        GradCam cam = net.saliency().gradCam("relu_1", x);

        assertThat(cam.signed().shape()).containsExactly(4, cam.signed().size(1));
        assertThat(cam.upsampled().shape()).containsExactly(4, 12);
    }

    /** A head that only subtracts: the layer speaks against every score. */
    @Test
    void warnsOfMapsOfZeros() {
        Network net = Network.input(1, 6, 6)
                .conv2d(2, 3)
                .relu()
                .globalAvgPool2d()
                .dense(2)
                .build(3, DataType.DOUBLE);
        net.parameters().get("dense_1.weight").assign(-1);
        GradCam cam = net.saliency().gradCam("relu_1", Noise.normal(DataType.DOUBLE, 2, 2, 1, 6, 6));

        assertThat(cam.empty()).containsExactly(0, 1);
        assertThat(cam.warnings())
                .containsExactly(
                        "gradCam expects layer \"relu_1\" to speak for the score somewhere but got a map of 0 for"
                                + " examples [0, 1]; take signed(), which has what speaks against it, or the layer after the"
                                + " activation");
        assertThat(cam.toString()).contains("warning: gradCam expects layer");
        assertThat(cam.signed().minNumber().doubleValue()).isNegative();
        assertTensor(cam.signedUpsampled()).hasShape(2, 6, 6);
    }

    @Test
    void refusesWhatItCannotLookAt() {
        Network net = convolutional();
        INDArray x = Noise.normal(DataType.DOUBLE, 3, 2, 3, 9, 7);
        Saliency saliency = net.saliency();

        assertThatThrownBy(() -> saliency.gradCam("dense_1", x))
                .hasMessage(
                        "gradCam expects a layer with channels and places, [channels, height, width], but got \"dense_1\""
                                + " [11]; take one before pooling and Flatten, such as [conv2d_1, batchnorm2d_1, silu_1, dropout_1,"
                                + " conv2d_2, batchnorm2d_2, tanh_1]");
        assertThatThrownBy(() -> saliency.ofClass(4).gradient(x))
                .hasMessage("saliency expects the number of a class of output \"dense_2\" from 0 to 3 but got 4");
        assertThatThrownBy(() -> saliency.ofClass("cat").gradient(x))
                .hasMessage(
                        "saliency expects the name of a class of output \"dense_2\" but got \"cat\"; its classes have no"
                                + " names, so give the number, or classNames(names) first");
        assertThatThrownBy(() -> net.classNames(List.of("ant", "bee"))
                        .saliency()
                        .ofClass("cat")
                        .gradient(x))
                .hasMessage(
                        "saliency expects the name of a class of output \"dense_2\" but got \"cat\"; there are [ant, bee]");
        assertThatThrownBy(() -> saliency.ofClasses(1).gradient(x))
                .hasMessage("saliency expects a class for each of 2 examples but got 1");
        assertThatThrownBy(() -> saliency.output("head"))
                .hasMessage("saliency expects the name of an output but got \"head\"; this network has [dense_2]");
        assertThatThrownBy(() -> Integration.midpoint(0)).hasMessage("Integration expects 1 to 100000 steps but got 0");
        assertThatThrownBy(() -> saliency.gradCam("tanh1", x))
                .hasMessageStartingWith("gradCam expects names of outputs or layers but got \"tanh1\", which is near"
                        + " \"tanh_1\"; this network has");
    }

    @Test
    void refusesOutputsAndInputsWithoutScores() {
        Network image = Network.input(2, 5, 5).conv2d(3, 3).build(1, DataType.DOUBLE);
        assertThatThrownBy(() -> image.saliency().gradient(Noise.normal(DataType.DOUBLE, 1, 1, 2, 5, 5)))
                .hasMessage(
                        "saliency expects a score for each class in output \"conv2d_1\" but got [3, 3, 3]; reduce it to one"
                                + " place, as with upTo(layer) and a pooling");
        Network words =
                Network.input(4).then(Embedding.of(9, 3)).flatten().dense(2).build(1, DataType.DOUBLE);
        assertThatThrownBy(() -> words.saliency().gradient(Nd4j.ones(DataType.DOUBLE, 1, 4)))
                .hasMessage(
                        "saliency expects an input that scores have gradients by but got \"features\", whose numbers are"
                                + " rows of a table; take gradCam of a layer behind the table");
        GraphBuilder g = new GraphBuilder();
        Value a = g.input("a", 3);
        Value left = g.call("left", Dense.of(2), a);
        Value right = g.call("right", Dense.of(1), a);
        Network two = g.build(1, DataType.DOUBLE, left, right);
        INDArray x = Noise.normal(DataType.DOUBLE, 1, 2, 3);
        assertThatThrownBy(() -> two.saliency().gradient(x))
                .hasMessage("saliency expects one of outputs [left, right] but got none; say output(name)");
        assertTensor(two.saliency().output("right").gradient(x).values())
                .isCloseTo(Nd4j.stack(0, weights(two), weights(two)), 1e-15);
    }

    private static INDArray weights(Network two) {
        return two.parameters().get("right.weight").slice(0).dup('c');
    }

    @Test
    void printsWhatItFound() {
        Network net = PyTorchValues.network(DataType.DOUBLE).classNames(List.of("ant", "bee", "cat"));

        assertThat(net.saliency().gradient(x())).hasToString("Attribution[[2, 2, 6, 6] for [cat 1.623, cat 2.036]]");
        assertThat(net.saliency().integration(Integration.gaussLegendre(1)))
                .hasToString("Saliency[gauss-legendre with 1 step]");
    }
}
