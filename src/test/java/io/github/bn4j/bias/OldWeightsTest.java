package io.github.bn4j.bias;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Weights with biases that a network does without are taken in exactly. */
class OldWeightsTest {

    private static final double EXACT = 1e-12;

    private static final BatchNorm2d RUNNING = BatchNorm2d.of().statistics(Statistics.running());

    /** Convolution → average pooling → 1×1 convolution → BN, dense → dense → BN, and a bias with several normalisations. */
    private static Network branched() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call("stem", Conv2d.of(3, 3).padding(Padding.SAME), g.input("image", 2, 6, 6));
        Value left = g.call("left", BatchNorm2d.of(), g.call(Conv2d.of(4, 1), g.call(AvgPool2d.of(2), x)));
        Value right = g.call(
                "right",
                BatchNorm2d.of().runningAverage(RunningAverage.cumulative()),
                g.call(Conv2d.of(4, 1), g.call(MaxPool2d.of(2), x)));
        Value frozen = g.call("frozen", RUNNING, x);
        Value third = g.call("third", BatchNorm1d.of(), g.call(GlobalAvgPool2d.of(), frozen));
        Value sum = g.call(Flatten.of(), g.call(Relu.of(), g.add(left, right)));
        Value dense = g.call("last", BatchNorm1d.of(), g.call(Dense.of(5), g.call(Dense.of(6), sum)));
        return g.build(3, DataType.DOUBLE, g.call(Dense.of(2), g.call(Relu.of(), g.concat(dense, third))));
    }

    private static Network ghosts() {
        return Network.input(2, 4, 4)
                .conv2d(3, 3)
                .then(BatchNorm2d.of().statistics(Statistics.ghost(4)))
                .relu()
                .flatten()
                .dense(4)
                .then(BatchNorm1d.of().beta(false))
                .sigmoid()
                .dense(2)
                .build(3, DataType.DOUBLE);
    }

    /** One layer at two places, each with a normalisation of its own, the second behind the first. */
    private static Network shared() {
        GraphBuilder g = new GraphBuilder();
        Conv2d shared = Conv2d.of(2, 1);
        Value first = g.call(BatchNorm2d.of(), g.call(shared, g.input("image", 2, 4, 4)));
        Value second = g.call(BatchNorm2d.of(), g.call(AvgPool2d.of(2), g.call(shared, g.call(Relu.of(), first))));
        Value features = g.call(Flatten.of(), g.call(Relu.of(), second));
        return g.build(
                3, DataType.DOUBLE, g.call(Dense.of(2), g.call(BatchNorm1d.of(), g.call(Dense.of(3), features))));
    }

    /** Biases that reach one norm through a concatenation and sums, and on their way a grouped convolution without borders. */
    private static Network joined() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("image", 2, 5, 5);
        Value left = g.call("left", Conv2d.of(6, 3), x);
        Value right = g.call("right", Conv2d.of(6, 3), x);
        Value grouped = g.call("grouped", Conv2d.of(6, 2).groups(3), left);
        Value skipped = g.call("skipped", Conv2d.of(6, 2), right);
        Value whole = g.concat(
                g.add(grouped, skipped), g.call("pooled", MaxPool2d.of(2).stride(1), left));
        Value y = g.call(BatchNorm2d.of(), g.add(whole, g.call(Conv2d.of(12, 4), x)));
        return g.build(3, DataType.DOUBLE, g.call(Dense.of(2), g.call(Flatten.of(), g.call(Relu.of(), y))));
    }

    /** Zeros around a constant make it differ by position, which a norm of images passes and one of features cancels. */
    private static Network bordered() {
        return Network.input(2, 4, 4)
                .conv2d(3, 1)
                .then(DepthwiseConv2d.of(3).padding(Padding.SAME))
                .then(RUNNING.updateRunning(false))
                .then(AvgPool2d.of(2).stride(1).padding(1).countPadding(true))
                .flatten()
                .batchNorm1d()
                .relu()
                .dense(2)
                .build(3, DataType.DOUBLE);
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of("borders", bordered()),
                Arguments.of("joints", joined()),
                Arguments.of("a shared layer", shared()),
                Arguments.of("branches", branched()),
                Arguments.of("ghost batches", ghosts()));
    }

    /** The same network as others have it: with every bias, and weights that have seen something. */
    private static Network trained(Network net) {
        Network old = net.materializeBias();
        Random random = new Random(8);
        for (Parameter parameter : old.parameters().all()) {
            INDArray values = old.parameters().get(parameter.name());
            double low = parameter.name().endsWith("Variance") ? 0.5 : -1;
            values.assign(Tensors.of(
                    DataType.DOUBLE,
                    random.doubles(values.length(), low, low + 2).toArray(),
                    values.shape()));
        }
        return old;
    }

    private static Map<String, INDArray> weights(Network net) {
        Map<String, INDArray> weights = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> weights.put(name, net.parameters().get(name)));
        return weights;
    }

    private static INDArray images(Network net, int count) {
        long[] shape = net.graph().inputs().values().iterator().next().shape().batched(count);
        int size = (int) (shape[0] * shape[1] * shape[2] * shape[3]);
        return Tensors.of(DataType.DOUBLE, new Random(5).doubles(size, -2, 2).toArray(), shape);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void predictsAndTrainsAsWithTheBiases(String name, Network net) {
        Network old = trained(net);
        assertThat(net.explainBias().absent()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(old.explainBias().absent()).isEmpty();
        BiasAbsorption absorption = net.importWeights(weights(old));
        assertThat(absorption.absorbed())
                .extracting(BiasAbsorption.Absorbed::bias)
                .containsExactlyElementsOf(net.explainBias().absent());

        INDArray x = images(net, 9);
        assertTensor(net.predict(x)).isCloseTo(old.predict(x), EXACT);

        // A step that moves the running averages and leaves the weights where they are.
        fit(net, x, 1e-300);
        fit(old, x, 1e-300);
        assertTensor(net.predict(x)).isCloseTo(old.predict(x), EXACT);

        History mine = fit(net, x, 0.1);
        History theirs = fit(old, x, 0.1);
        assertThat(mine.last().trainLoss()).isCloseTo(theirs.last().trainLoss(), within(EXACT));
        for (String parameter : net.parameters().names()) {
            if (!parameter.endsWith("runningMean")) {
                assertTensor(net.parameters().get(parameter))
                        .as(parameter)
                        .isCloseTo(old.parameters().get(parameter), EXACT);
            }
        }
    }

    @Test
    void movesRunningMeansThatAConstantPassesIfTheyAreUpdated() {
        Network net = branched();
        BiasAbsorption absorption = net.importWeights(weights(trained(net)));
        assertThat(absorption.absorbed().get(0).bias()).isEqualTo("stem.bias");
        assertThat(absorption.absorbed().get(0).shifts())
                .as("nothing is left for what is behind the one that passes it")
                .containsOnlyKeys("left.runningMean", "right.runningMean", "frozen.runningMean");
        Network fixed = net.updateRunning(false, "frozen");
        absorption = fixed.importWeights(weights(trained(fixed)));
        assertThat(absorption.absorbed().get(0).shifts())
                .containsOnlyKeys("left.runningMean", "right.runningMean", "third.runningMean");
    }

    private static History fit(Network net, INDArray x, double learningRate) {
        INDArray labels = Tensors.of(DataType.DOUBLE, new double[] {0, 1, 1, 0, 1, 0, 0, 1, 1}, 9);
        return net.trainer()
                .optimizer(Sgd.of(learningRate))
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(9)
                .fit(Dataset.of(x, labels));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void failsWithoutAbsorption(String name, Network net) {
        Network old = trained(net);
        Map<String, INDArray> without = weights(old);
        net.explainBias().absent().forEach(without::remove);
        net.importWeights(without);
        INDArray x = images(net, 9);
        assertTensor(net.predict(x)).differsFrom(old.predict(x), 0.01);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void takesPointlessBiasesOutAndPutsThemBack(String name, Network net) {
        Network old = trained(net);
        INDArray x = images(net, 5);
        Network absorbed = old.absorbBias();
        assertThat(absorbed.explainBias().absent()).isEqualTo(net.explainBias().absent());
        assertThat(absorbed.explainBias().findings(BiasFinding.POINTLESS_BIAS)).isEmpty();
        assertTensor(absorbed.predict(x)).isCloseTo(old.predict(x), EXACT);
        assertTensor(absorbed.materializeBias().predict(x)).isCloseTo(old.predict(x), EXACT);
    }

    @Test
    void listsWhatWasMoved() {
        Network net =
                Network.input(1).dense(1).dense(1).batchNorm1d().relu().dense(1).build(1, DataType.DOUBLE);
        Network old = net.materializeBias();
        old.parameters().get("dense_1.bias").assign(3);
        old.parameters().get("dense_2.weight").assign(2);
        old.parameters().get("dense_2.bias").assign(-1);
        // The second layer doubles the first one's 3; its own −1 arrives as it is: 0 − 6 + 1.
        assertThat(net.importWeights(weights(old)).toString())
                .isEqualTo("dense_1.bias: moved batchnorm1d_1.runningMean by up to 6.000" + System.lineSeparator()
                        + "dense_2.bias: moved batchnorm1d_1.runningMean by up to 1.000");
        assertThat(net.parameters().get("batchnorm1d_1.runningMean").getDouble(0))
                .isCloseTo(-5, within(EXACT));
    }

    /** An identity that nobody may run. */
    private record NotRun() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            throw new AssertionError("run");
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            throw new AssertionError("run");
        }
    }

    @Test
    void runsNothingButTheOpsBetweenABiasAndItsNorm() {
        Layer notRun = (scope, x) -> scope.apply(new NotRun(), x);
        Network net = Network.input(2, 6, 6)
                .then(notRun)
                .conv2d(5, 3)
                .batchNorm2d()
                .then(notRun)
                .conv2d(3, 3)
                .avgPool2d(2)
                .batchNorm2d()
                .then(notRun)
                .build(1, DataType.DOUBLE);
        assertThat(net.importWeights(weights(trained(net))).absorbed())
                .extracting(BiasAbsorption.Absorbed::bias)
                .containsExactly("conv2d_1.bias", "conv2d_2.bias");
    }

    @Test
    void needsNoRunningMeanWhereAnInstanceIsNormalised() {
        Network net = Network.input(1, 3, 3).conv2d(2, 1).instanceNorm2d().build(1, DataType.DOUBLE);
        Network old = trained(net);
        assertThat(net.importWeights(weights(old)).toString())
                .isEqualTo("conv2d_1.bias: cancelled by nothing that has a running mean");
        INDArray x = images(net, 2);
        assertTensor(net.predict(x)).isCloseTo(old.predict(x), EXACT);
        assertThat(new BiasAbsorption(List.of()).toString()).isEqualTo("no bias to absorb");
    }

    @Test
    void refusesWhatOneRunningMeanCannotServe() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Dense.of(2), g.input("x", 3));
        BatchNorm1d shared = BatchNorm1d.of();
        Value y = g.add(g.call(shared, x), g.call(shared, g.input("other", 2)));
        Network net = g.build(1, DataType.DOUBLE, y);
        Network old = trained(net);
        Map<String, INDArray> before = copies(net);
        assertThatThrownBy(() -> net.importWeights(weights(old)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "absorption expects every call of \"batchnorm1d_1\" to see bias \"dense_1.bias\" alike but got"
                                + " calls that need different values of \"batchnorm1d_1.runningMean\"; keep the bias, or give each"
                                + " call a batch normalisation of its own");
        assertThat(weights(net)).isEqualTo(before);
    }

    @Test
    void refusesConstantsThatAreTooLargeOnTheirWay() {
        Network net = Network.input(1)
                .dense(1)
                .dense(1)
                .dense(1)
                .batchNorm1d()
                .relu()
                .dense(1)
                .build(1, DataType.DOUBLE);
        Network old = net.materializeBias();
        old.parameters().get("dense_1.bias").assign(1e200);
        old.parameters().get("dense_2.weight").assign(1e200);
        Map<String, INDArray> before = copies(net);
        assertThatThrownBy(() -> net.importWeights(weights(old)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "absorption expects a finite constant of \"dense_1.bias\" behind \"dense_2\" but got Infinity; keep"
                                + " the bias");
        assertThat(weights(net)).isEqualTo(before);
    }

    private static Map<String, INDArray> copies(Network net) {
        Map<String, INDArray> copies = weights(net);
        copies.replaceAll((name, array) -> array.dup());
        return copies;
    }

    @Test
    void refusesWeightsThatDoNotFitAndChangesNothing() {
        Network net = Network.input(3)
                .dense(2)
                .batchNorm1d()
                .relu()
                .then(Dense.of(1).useBias(false))
                .build(1);
        Map<String, INDArray> before = copies(net);
        Map<String, INDArray> weights = copies(net);
        weights.put("dense_3.weight", Tensors.zeros(DataType.FLOAT, 1));
        assertThatThrownBy(() -> net.importWeights(weights))
                .hasMessage(
                        "importWeights expects names of this network's parameters and biases but got [dense_3.weight];"
                                + " rename or leave them out, it has [dense_1.weight, dense_1.bias, batchnorm1d_1.gamma,"
                                + " batchnorm1d_1.beta, batchnorm1d_1.runningMean, batchnorm1d_1.runningVariance, dense_2.weight,"
                                + " dense_2.bias]");
        weights.remove("dense_3.weight");
        weights.put("dense_2.bias", Tensors.zeros(DataType.FLOAT, 1));
        assertThatThrownBy(() -> net.importWeights(weights))
                .hasMessage(
                        "absorption expects a bias that is cancelled but got \"dense_2.bias\", whose constant goes →"
                                + " output: an output of the network shows it");
        weights.remove("dense_2.bias");
        weights.put("dense_1.bias", Tensors.zeros(DataType.FLOAT, 3));
        assertThatThrownBy(() -> net.importWeights(weights))
                .isInstanceOf(ShapeException.class)
                .hasMessage("importWeights expects \"dense_1.bias\" of shape [2] but got [3]");
        weights.remove("dense_1.bias");
        weights.remove("dense_1.weight");
        assertThatThrownBy(() -> net.importWeights(weights))
                .hasMessage(
                        "importWeights expects all of this network's parameters but got none of [dense_1.weight]; add them");
        assertThat(weights(net)).isEqualTo(before);
    }
}
