package io.github.bn4j.norm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.GroupNorm;
import io.github.bn4j.layer.LayerNorm;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.networks.RandomNetwork;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.rewrite.DropMasks;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Loss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Unfolded networks predict what the networks predict that they come from, and normalise by the batch in training. */
class UnfoldTest {

    private static final double EXACT = 1e-12;
    private static final double ROUNDED = 1e-5;

    private static Network built(GraphBuilder g, Value... outputs) {
        return Weights.shaken(g.build(7, DataType.DOUBLE, outputs), 11);
    }

    private static Dataset data(Network net, int examples) {
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        net.graph()
                .inputs()
                .forEach((name, value) -> inputs.put(
                        name,
                        Noise.normal(
                                net.parameters().type(),
                                inputs.size() + 1,
                                value.shape().batched(examples))));
        return Dataset.of(inputs, Map.of());
    }

    private static List<String> norms(Network net) {
        return net.graph().nodes().stream()
                .filter(node -> node.op() instanceof BatchNormalization)
                .map(Node::layer)
                .toList();
    }

    /** The largest difference of an element of an output, as a share of the largest element of that output. */
    private static double relativeError(Network actual, Network expected, Dataset data) {
        double worst = 0;
        Map<String, INDArray> found = actual.forward(data.inputs());
        for (Map.Entry<String, INDArray> output :
                expected.forward(data.inputs()).entrySet()) {
            double[] wanted = Floats.values(output.getValue());
            double[] got = Floats.values(found.get(output.getKey()));
            double size = 0;
            double difference = 0;
            for (int i = 0; i < wanted.length; i++) {
                size = Math.max(size, Math.abs(wanted[i]));
                difference = Math.max(difference, Math.abs(got[i] - wanted[i]));
            }
            worst = Math.max(worst, difference == 0 ? 0 : difference / size);
        }
        return worst;
    }

    private static double[] values(Network net, String name) {
        return Floats.values(net.parameters().get(name));
    }

    /** What comes into the batch normalisation of that name, for all of the data. */
    private static INDArray into(Network net, String norm, Dataset data) {
        Node node = net.graph().nodes().stream()
                .filter(each -> each.layer().equals(norm))
                .findFirst()
                .orElseThrow();
        return net.model()
                .yielding(Map.of("x", node.inputs().get(0)))
                .predict(data.inputs())
                .values()
                .iterator()
                .next();
    }

    /** Mean and unbiased variance of a channel, by the textbook. */
    private static double[] population(INDArray x, int channel) {
        double[] values = Floats.values(x);
        int channels = (int) x.size(1);
        int positions = values.length / channels / (int) x.size(0);
        List<Double> own = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (i / positions % channels == channel) {
                own.add(values[i]);
            }
        }
        double mean = own.stream().mapToDouble(value -> value).sum() / own.size();
        double squares = own.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return new double[] {mean, squares / (own.size() - 1), own.size()};
    }

    private static void assertPopulation(Network net, String norm, Dataset data) {
        INDArray x = into(net, norm, data);
        double[] mean = values(net, norm + ".runningMean");
        double[] variance = values(net, norm + ".runningVariance");
        for (int channel = 0; channel < mean.length; channel++) {
            double[] population = population(x, channel);
            double size = Math.max(1, Math.max(Math.abs(population[0]), population[1]));
            assertThat(mean[channel]).as(norm).isCloseTo(population[0], within(EXACT * size));
            assertThat(variance[channel]).as(norm).isCloseTo(population[1], within(EXACT * size));
        }
    }

    /** The batch normalisations that {@code net} has and {@code before} has not. */
    private static List<String> added(Network net, Network before) {
        return norms(net).stream()
                .filter(norm -> !before.graph().layers().containsKey(norm))
                .toList();
    }

    static Stream<Arguments> layers() {
        GraphBuilder conv = new GraphBuilder();
        Value c = conv.call(Conv2d.of(5, 3).padding(Padding.SAME), conv.input("x", 4, 6, 6));
        GraphBuilder grouped = new GraphBuilder();
        Value p = grouped.call(Conv2d.of(6, 3).groups(2).useBias(true), grouped.input("x", 4, 6, 6));
        GraphBuilder depthwise = new GraphBuilder();
        Value d = depthwise.call(DepthwiseConv2d.of(3), depthwise.input("x", 3, 5, 5));
        GraphBuilder transposed = new GraphBuilder();
        Value t = transposed.call(ConvTranspose2d.of(3, 2).stride(2), transposed.input("x", 2, 4, 4));
        GraphBuilder dense = new GraphBuilder();
        Value m = dense.call(Dense.of(5), dense.input("x", 3));
        return Stream.of(
                Arguments.of("conv2d_1", "batchnorm2d_1", built(conv, conv.call(Relu.of(), c))),
                Arguments.of("conv2d_1", "batchnorm2d_1", built(grouped, grouped.call(Relu.of(), p))),
                Arguments.of("depthwiseconv2d_1", "batchnorm2d_1", built(depthwise, depthwise.call(Relu.of(), d))),
                Arguments.of("convtranspose2d_1", "batchnorm2d_1", built(transposed, transposed.call(Relu.of(), t))),
                Arguments.of("dense_1", "batchnorm1d_1", built(dense, dense.call(Relu.of(), m))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void putsABatchNormInTheSteadOfABias(String layer, String norm, Network net) {
        Dataset data = data(net, 40);
        Network unfolded = net.unfold(data);
        assertThat(unfolded.parameters().names())
                .containsExactly(
                        layer + ".weight",
                        norm + ".gamma",
                        norm + ".beta",
                        norm + ".runningMean",
                        norm + ".runningVariance");
        assertThat(relativeError(unfolded, net, data)).isLessThan(EXACT);
        assertThat(relativeError(unfolded, net, data(net, 7))).isLessThan(EXACT);
        assertPopulation(unfolded, norm, data);
        double[] bias = values(net, layer + ".bias");
        double[] mean = values(unfolded, norm + ".runningMean");
        double[] variance = values(unfolded, norm + ".runningVariance");
        for (int channel = 0; channel < bias.length; channel++) {
            assertThat(values(unfolded, norm + ".gamma")[channel])
                    .isCloseTo(Math.sqrt(variance[channel] + 1e-5), within(EXACT));
            assertThat(values(unfolded, norm + ".beta")[channel])
                    .isCloseTo(bias[channel] + mean[channel], within(EXACT));
        }
    }

    @Test
    void isTheSameLayerAsOneThatIsBuilt() {
        Network net = Network.input(2, 5, 5)
                .conv2d(3, 3)
                .relu()
                .flatten()
                .dense(4)
                .relu()
                .dense(2)
                .build(1);
        Network built = Network.input(2, 5, 5)
                .conv2d(3, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(4)
                .batchNorm1d()
                .relu()
                .dense(2)
                .build(1);
        Network unfolded = net.unfold(data(net, 9));
        assertThat(unfolded.summary()).isEqualTo(built.summary());
        assertThat(unfolded.explainBias().toString())
                .isEqualTo(built.explainBias().toString());
        assertThat(unfolded.graph().layers()).isEqualTo(built.graph().layers());
        assertThat(unfolded.graph().nodes())
                .extracting(Node::op)
                .isEqualTo(built.graph().nodes().stream().map(Node::op).toList());
        assertThat(unfolded.graph().parameters())
                .usingRecursiveComparison()
                .isEqualTo(built.graph().parameters());
        assertThat(unfolded.proveBias().agrees()).isTrue();
    }

    @Test
    void isExactOnRandomNetworks() {
        double worst = 0;
        double worstFloat = 0;
        double worstAgain = 0;
        double worstTraining = 0;
        int unfoldedNorms = 0;
        int networks = 0;
        for (long seed = 0; seed < 400; seed++) {
            Network net = Weights.shaken(RandomNetwork.draw(seed).to(DataType.DOUBLE), seed)
                    .fold()
                    .network();
            Dataset data = data(net, 24);
            Network unfolded;
            try {
                unfolded = net.unfold(data);
            } catch (IllegalStateException nothingToUnfold) {
                assertThat(nothingToUnfold).hasMessageStartingWith("unfold expects a layer with a bias");
                continue;
            }
            networks++;
            for (String norm : added(unfolded, net)) {
                assertPopulation(unfolded, norm, data);
                unfoldedNorms++;
            }
            String which = "seed " + seed + System.lineSeparator() + net.graph();
            double error = relativeError(unfolded, net, data);
            assertThat(error).as(which).isLessThan(EXACT);
            worst = Math.max(worst, error);
            double again = relativeError(unfolded.fold().network(), net, data);
            assertThat(again).as(which).isLessThan(EXACT);
            worstAgain = Math.max(worstAgain, again);
            Network rounded = net.to(DataType.FLOAT);
            double errorFloat = relativeError(rounded.unfold(data), rounded, data);
            assertThat(errorFloat).as(which).isLessThan(ROUNDED);
            worstFloat = Math.max(worstFloat, errorFloat);
            double training = trainingError(net, unfolded, data);
            assertThat(training).as(which).isLessThan(EXACT);
            worstTraining = Math.max(worstTraining, training);
        }
        System.out.printf(
                Locale.ROOT,
                "unfolding: %d batch normalisations in %d networks, largest relative error %.1e in float64, %.1e in"
                        + " float32, %.1e folded again, %.1e in training%n",
                unfoldedNorms,
                networks,
                worst,
                worstFloat,
                worstAgain,
                worstTraining);
        assertThat(networks).isGreaterThan(100);
    }

    /**
     * A step on the whole data as one batch normalises by the very statistics that were measured, but for the biased variance:
     * with gammas for that one, it gives the predictions.
     */
    private static double trainingError(Network net, Network unfolded, Dataset data) {
        Network step = unfolded.to(DataType.DOUBLE);
        for (String norm : added(step, net)) {
            INDArray x = into(unfolded, norm, data);
            double[] gamma = values(step, norm + ".gamma");
            for (int channel = 0; channel < gamma.length; channel++) {
                double[] population = population(x, channel);
                double biased = population[1] * (population[2] - 1) / population[2];
                gamma[channel] = Math.sqrt(biased + 1e-5);
            }
            Floats.write(gamma, step.parameters().get(norm + ".gamma"));
        }
        Map<String, INDArray> expected = net.forward(data.inputs());
        Tracer tracer = new Tracer(step.graph());
        String name = step.graph().outputs().keySet().iterator().next();
        Value output = step.graph().outputs().get(name);
        Value target = tracer.input("target", output.shape());
        tracer.output("loss", tracer.scope().apply(new MeanSquaredError(), output, target));
        tracer.output("output", output);
        List<INDArray> inputs = new ArrayList<>();
        step.graph().inputs().keySet().forEach(input -> inputs.add(data.inputs().get(input)));
        inputs.add(expected.get(name));
        try (TrainingProgram program =
                Engine.nd4j().training(DropMasks.apply(tracer.graph()), step.parameters(), data.size(), 1)) {
            program.step(1, inputs.toArray(INDArray[]::new));
            INDArray found = program.outputs().get(0);
            double size = expected.get(name).amaxNumber().doubleValue();
            double difference = found.sub(expected.get(name)).amaxNumber().doubleValue();
            return difference == 0 ? 0 : difference / size;
        }
    }

    @Test
    void leavesOutputsAlone() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Relu.of(), g.call("stem", Conv2d.of(3, 3), g.input("x", 2, 6, 6)));
        Value features = g.call(Relu.of(), g.call("features", Conv2d.of(3, 3), x));
        Value mask = g.call(Sigmoid.of(), g.call("mask", Conv2d.of(1, 1), x));
        Value logits = g.call("logits", Dense.of(2), g.call(Flatten.of(), features));
        Network net = built(g, features, mask, logits);
        Network unfolded = net.unfold(data(net, 10));
        assertThat(norms(unfolded)).containsExactly("batchnorm2d_1", "batchnorm2d_2");
        assertThat(unfolded.parameters().names())
                .contains("mask.bias", "logits.bias")
                .doesNotContain("stem.bias", "features.bias");
        assertThat(relativeError(unfolded, net, data(net, 10))).isLessThan(EXACT);
    }

    @Test
    void leavesAloneWhatIsNormalisedAndWhatHasNoBias() {
        Network net = Network.input(4, 6, 6)
                .then(Conv2d.of(4, 1).useBias(true))
                .batchNorm2d()
                .relu()
                .then(Conv2d.of(4, 1).useBias(true))
                .then(GroupNorm.of(2))
                .relu()
                .then(Conv2d.of(4, 1).useBias(false))
                .relu()
                .flatten()
                .then(Dense.of(6).useBias(true))
                .then(LayerNorm.of())
                .relu()
                .then("seen", Dense.of(5))
                .relu()
                .dense(3)
                .build(3, DataType.DOUBLE);
        Network unfolded = Weights.shaken(net, 1).unfold(data(net, 10));
        assertThat(norms(unfolded)).containsExactly("batchnorm2d_1", "batchnorm1d_1");
        assertThat(unfolded.parameters().names())
                .contains("conv2d_1.bias", "conv2d_2.bias", "dense_1.bias")
                .doesNotContain("conv2d_3.bias", "seen.bias");
        assertThat(relativeError(unfolded, net, data(net, 10))).isLessThan(EXACT);
        assertThat(norms(net.freezeBatchNorm().unfold(data(net, 10)))).isEqualTo(norms(unfolded));
    }

    @Test
    void leavesAloneWhatSomethingElseSeesWithoutTheBias() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call("twin", UnfoldTest::twin, g.input("x", 3));
        Network net = built(g, g.call(Dense.of(2), x));
        assertThatThrownBy(() -> net.unfold(data(net, 5))).isInstanceOf(IllegalStateException.class);
    }

    /** Adds what a linear map gives with and without its bias. */
    private static Value twin(Scope scope, Value x) {
        Value product = scope.call(Dense.of(4).useBias(false), x);
        Value biased = scope.addBias(product, UseBias.ON);
        return scope.call(Relu.of(), scope.apply(new Addition(), biased, product));
    }

    @Test
    void givesEachPlaceOfASharedLayerItsOwn() {
        GraphBuilder g = new GraphBuilder();
        Dense shared = Dense.of(3);
        Value a = g.call(Relu.of(), g.call(shared, g.input("x", 3)));
        Value b = g.call(Relu.of(), g.call(shared, a));
        Network net = built(g, g.call(Dense.of(2), b));
        Dataset data = data(net, 20);
        Network unfolded = net.unfold(data, "dense_1");
        assertThat(norms(unfolded)).containsExactly("batchnorm1d_1", "batchnorm1d_2");
        assertThat(unfolded.parameters().names()).doesNotContain("dense_1.bias");
        assertThat(values(unfolded, "batchnorm1d_1.runningMean"))
                .isNotEqualTo(values(unfolded, "batchnorm1d_2.runningMean"));
        assertThat(relativeError(unfolded, net, data)).isLessThan(EXACT);
        assertThat(relativeError(unfolded.fold().network(), net, data)).isLessThan(EXACT);
    }

    /** One of its places is the output, so that the bias has to stay. */
    @Test
    void leavesASharedBiasAtAllPlacesOrNone() {
        GraphBuilder g = new GraphBuilder();
        Dense shared = Dense.of(3);
        Value first = g.call(Relu.of(), g.call(Dense.of(3), g.input("x", 3)));
        Network net = built(g, g.call(shared, g.call(Relu.of(), g.call(shared, first))));
        Network unfolded = net.unfold(data(net, 20));
        assertThat(norms(unfolded)).containsExactly("batchnorm1d_1");
        assertThat(unfolded.parameters().names()).contains("dense_2.bias").doesNotContain("dense_1.bias");
        assertThat(relativeError(unfolded, net, data(net, 20))).isLessThan(EXACT);
    }

    @Test
    void namesNewLayersBesideTheirsAndNeverTwice() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call("batchnorm1d_1", Dense.of(3), g.input("x", 3));
        Value y = g.call(Relu.of(), x);
        Value z = g.call("block", (scope, v) -> scope.call(Relu.of(), scope.call(Dense.of(3), v)), y);
        Network net = built(g, g.call(Dense.of(2), z));
        Network unfolded = net.unfold(data(net, 20));
        assertThat(norms(unfolded)).containsExactly("batchnorm1d_2", "block.batchnorm1d_1");
        assertThat(relativeError(unfolded, net, data(net, 20))).isLessThan(EXACT);
    }

    @Test
    void takesLayersByPathAndPattern() {
        Network net = Network.input(2, 5, 5)
                .conv2d(3, 3)
                .relu()
                .conv2d(3, 3)
                .relu()
                .flatten()
                .dense(4)
                .relu()
                .dense(2)
                .build(1, DataType.DOUBLE);
        Dataset data = data(net, 9);
        assertThat(norms(net.unfold(data, "conv2d_*"))).containsExactly("batchnorm2d_1", "batchnorm2d_2");
        Network second = net.unfold(data, "conv2d_2", "dense_?");
        assertThat(norms(second)).containsExactly("batchnorm2d_1", "batchnorm1d_1");
        assertThat(second.parameters().names()).contains("conv2d_1.bias").doesNotContain("conv2d_2.bias");
        assertThat(norms(second.unfold(data))).containsExactly("batchnorm2d_2", "batchnorm2d_1", "batchnorm1d_1");
        assertThat(relativeError(second.unfold(data), net, data)).isLessThan(EXACT);
        // The last one makes the outputs.
        assertThatThrownBy(() -> net.unfold(data, "dense_1", "dense_2", "pool*"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unfold expects names of layers with a bias to put a batch normalisation behind but got"
                        + " [dense_2, pool*]; this network has [conv2d_1, conv2d_2, dense_1]");
    }

    @Test
    void refusesWhatItCannotDo() {
        Network head = Network.input(3).dense(2).build(1);
        assertThatThrownBy(() -> head.unfold(data(head, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "unfold expects a layer with a bias, before the output layers, that nothing normalises but got"
                                + " a network without one; look at summary() and explainBias()");
        Network net = Network.input(3).dense(2).relu().dense(2).build(1);
        assertThatThrownBy(() -> net.unfold(data(net, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "unfold expects more than one value per channel before \"batchnorm1d_1\" but got 1; use more"
                                + " examples");
        Network two = Network.input(2).dense(2).build(1);
        assertThatThrownBy(() -> net.unfold(data(two, 4)))
                .hasMessage("input \"features\" expects examples of shape [3] along a first axis but got [4, 2];"
                        + " give it data of that shape or build it for theirs");
        Dataset named = Dataset.of(
                Map.of("a", Tensors.zeros(DataType.FLOAT, 4, 3), "b", Tensors.zeros(DataType.FLOAT, 4, 3)), Map.of());
        assertThatThrownBy(() -> net.unfold(named))
                .hasMessageMatching("unfold expects arrays for inputs \\[features] but got \\[[ab], [ab]];"
                        + " name the arrays after the inputs");
        INDArray hole = Tensors.zeros(DataType.FLOAT, 4, 3);
        hole.putScalar(5, Float.NaN);
        assertThatThrownBy(() -> net.unfold(Dataset.of(Map.of("features", hole), Map.of())))
                .hasMessageContaining("NaN");
        net.parameters().get("dense_1.weight").assign(1e38);
        assertThatThrownBy(() -> net.unfold(data(net, 4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "unfold expects finite values before \"batchnorm1d_1\" but got NaN or infinity in channel 0;"
                                + " look at the weights before it, or scale the data");
    }

    @Test
    void isExactWhereNothingVaries() {
        Network net = Network.input(2, 3, 3)
                .conv2d(4, 3)
                .relu()
                .flatten()
                .dense(3)
                .relu()
                .dense(2)
                .build(5, DataType.DOUBLE);
        INDArray alike = Noise.normal(DataType.DOUBLE, 8, 1, 2, 3, 3);
        Dataset twice = Dataset.of(Map.of("features", Nd4j.concat(0, alike, alike)), Map.of());
        Network unfolded = Weights.shaken(net, 2).unfold(twice);
        double small = Math.sqrt(1e-5);
        assertThat(values(unfolded, "batchnorm2d_1.gamma"))
                .containsExactly(new double[] {small, small, small, small}, within(EXACT));
        assertThat(values(unfolded, "batchnorm2d_1.runningVariance")).containsExactly(new double[4], within(EXACT));
        assertThat(relativeError(unfolded, net, data(net, 20))).isLessThan(EXACT);
    }

    /** Two examples of one position are enough to measure, one example of nine positions too. */
    @Test
    void measuresPositionsAsExamples() {
        Network net =
                Network.input(2, 5, 5).conv2d(3, 3).relu().flatten().dense(2).build(5, DataType.DOUBLE);
        Network unfolded = Weights.shaken(net, 2).unfold(data(net, 1));
        assertThat(relativeError(unfolded, net, data(net, 20))).isLessThan(EXACT);
    }

    /** The same for more data than one pass holds, whose last batch is smaller. */
    @Test
    void mergesBatchesExactly() {
        Network net = Network.input(3).dense(4).relu().dense(2).build(5, DataType.DOUBLE);
        Dataset data = data(Weights.shaken(net, 3), 600);
        Network unfolded = net.unfold(data);
        assertPopulation(unfolded, "batchnorm1d_1", data);
        double[] before = values(net, "dense_1.weight");
        unfolded.parameters().get("dense_1.weight").assign(0);
        assertThat(values(net, "dense_1.weight")).isEqualTo(before);
    }

    @Test
    void keepsWhatWasDecidedAboutOtherBiases() {
        Network net = Network.input(3)
                .dense(4)
                .batchNorm1d()
                .relu()
                .dense(4)
                .relu()
                .dense(2)
                .build(5, DataType.DOUBLE);
        Network unfolded = net.unfold(data(net, 9));
        assertThat(unfolded.explainBias().decisions())
                .extracting(BiasDecision::word)
                .containsExactly("dropped", "dropped", "kept");
        assertThat(unfolded.explainBias("dense_2")).contains("batchnorm1d_2");
        assertThat(relativeError(unfolded.materializeBias(), net, data(net, 9))).isLessThan(EXACT);
    }

    @Test
    void worksWithAllThatNetworksDo(@TempDir Path folder) {
        Network net = Network.input(2, 5, 5)
                .conv2d(3, 3)
                .batchNorm2d()
                .relu()
                .residual(b -> b.conv2d(3, 1).batchNorm2d())
                .flatten()
                .dense(2)
                .build(4, DataType.DOUBLE);
        Weights.shaken(net, 4).fold().network().save(folder.resolve("folded.safetensors"));
        Network folded = Network.load(folder.resolve("folded.safetensors"));
        Dataset data = data(folded, 30);
        Network unfolded = folded.unfold(data);
        assertThat(norms(unfolded)).isEqualTo(norms(net));
        assertThat(unfolded.parameters().names()).isEqualTo(net.parameters().names());
        assertThat(unfolded.toString()).isEqualTo(net.toString());
        unfolded.save(folder.resolve("unfolded.safetensors"));
        Network loaded = Network.load(folder.resolve("unfolded.safetensors"));
        assertThat(relativeError(loaded, unfolded, data)).isZero();
        assertThat(loaded.explainBias().toString())
                .isEqualTo(unfolded.explainBias().toString());
        assertThat(unfolded.fold().report().absorbed()).containsOnlyKeys(norms(net));
        assertThat(relativeError(unfolded.fold().network(), net, data)).isLessThan(EXACT);
        assertThat(relativeError(unfolded.freezeBatchNorm(), net, data)).isLessThan(EXACT);
        BatchNormReport report = unfolded.batchNormReport(data);
        assertThat(report.findings(NormFinding.DRIFT)).isEmpty();
        assertThat(report.findings(NormFinding.NEVER_UPDATED)).isEmpty();
        assertThat(report.findings(NormFinding.WARM_UP)).isEmpty();
        assertThat(unfolded.recalibrate(data).changes()).hasSize(2).allSatisfy(change -> assertThat(change.meanDrift())
                .isLessThan(EXACT));
    }

    /** A folded network meets another camera: less contrast, more light. */
    @Test
    void trainsOnWithTheBatch() {
        Split digits = Digits.load().split(0.8, 1);
        Network net = Network.input(1, 8, 8)
                .conv2d(8, 3)
                .batchNorm2d()
                .relu()
                .conv2d(8, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(1);
        fit(net, digits.train(), 2);
        Dataset dim = Dataset.of(
                digits.train().features().mul(0.2).addi(3), digits.train().labels());
        Dataset unseen = Dataset.of(
                digits.test().features().mul(0.2).addi(3), digits.test().labels());
        Network folded = net.fold().network();
        Network unfolded = folded.unfold(digits.train());
        // 360 examples, of which one may be on the edge.
        assertThat(unfolded.evaluate(digits.test()).accuracy())
                .isCloseTo(net.evaluate(digits.test()).accuracy(), within(0.005))
                .isGreaterThan(0.9);
        double before = unfolded.evaluate(unseen).accuracy();
        Network plain = folded.to(DataType.FLOAT);
        double first = fit(unfolded, dim, 1);
        fit(plain, dim, 1);
        double last = fit(unfolded, dim, 1);
        fit(plain, dim, 1);
        assertThat(last).isLessThan(first);
        assertThat(unfolded.evaluate(unseen).accuracy())
                .isGreaterThan(before)
                .isGreaterThan(plain.evaluate(unseen).accuracy())
                .isGreaterThan(0.9);
    }

    /** The mean loss of the last epoch. */
    private static double fit(Network net, Dataset data, int epochs) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(3e-3))
                .epochs(epochs)
                .fit(data)
                .last()
                .trainLoss();
    }
}
