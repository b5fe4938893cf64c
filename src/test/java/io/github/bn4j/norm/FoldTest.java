package io.github.bn4j.norm;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.FoldedNetwork;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.networks.RandomNetwork;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.Shifting;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Folding;
import java.nio.file.Path;
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

/** Folded networks predict what the networks predict that they come from. */
class FoldTest {

    private static final double EXACT = 1e-12;

    private static Network built(GraphBuilder g, Value... outputs) {
        return Weights.shaken(g.build(7, DataType.DOUBLE, outputs), 11);
    }

    private static long norms(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op() instanceof BatchNormalization)
                .count();
    }

    private static List<String> ops(Network net) {
        return net.graph().nodes().stream().map(node -> node.op().label()).toList();
    }

    private static Network behind(Conv2d layer) {
        GraphBuilder g = new GraphBuilder();
        return built(g, g.call(Relu.of(), g.call(BatchNorm2d.of(), g.call(layer, g.input("x", 4, 6, 6)))));
    }

    static Stream<Arguments> pairs() {
        GraphBuilder depthwise = new GraphBuilder();
        Value d = depthwise.call(DepthwiseConv2d.of(3).padding(Padding.SAME), depthwise.input("x", 3, 5, 5));
        GraphBuilder transposed = new GraphBuilder();
        Value t = transposed.call(ConvTranspose2d.of(3, 2).stride(2), transposed.input("x", 2, 4, 4));
        GraphBuilder dense = new GraphBuilder();
        Value m = dense.call(Dense.of(5).useBias(true), dense.input("x", 3));
        GraphBuilder dropout = new GraphBuilder();
        Value o = dropout.call(Dropout.of(0.5), dropout.call(Dense.of(5), dropout.input("x", 3)));
        GraphBuilder plain = new GraphBuilder();
        Value p = plain.call(Conv2d.of(3, 2), plain.input("x", 2, 4, 4));
        return Stream.of(
                Arguments.of("convolution", behind(Conv2d.of(5, 3).padding(Padding.SAME))),
                Arguments.of("convolution with bias", behind(Conv2d.of(5, 3).useBias(true))),
                Arguments.of("grouped convolution", behind(Conv2d.of(6, 3).groups(2))),
                Arguments.of("depthwise", built(depthwise, depthwise.call(BatchNorm2d.of(), d))),
                Arguments.of("transposed", built(transposed, transposed.call(BatchNorm2d.of(), t))),
                Arguments.of("dense with bias", built(dense, dense.call(BatchNorm1d.of(), m))),
                Arguments.of("dropout between", built(dropout, dropout.call(BatchNorm1d.of(), o))),
                Arguments.of(
                        "no gamma, cumulative average",
                        built(
                                plain,
                                plain.call(
                                        BatchNorm2d.of().gamma(false).runningAverage(RunningAverage.cumulative()), p))),
                Arguments.of("no beta", behindWithoutBeta()),
                Arguments.of("scaled and shifted", scaledAndShifted()));
    }

    /** Learned factors and offsets of each channel or of all, as MobileNets without batch norm have them. */
    private static Network scaledAndShifted() {
        Shape image = Shape.of(5, 1, 1);
        Initializer normal = Initializer.normal(1);
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Conv2d.of(5, 3).padding(Padding.SAME).useBias(false), g.input("x", 3, 6, 6));
        Layer factor = (scope, y) -> scope.apply(new Scaling(true), y, scope.vector("factor", Shape.of(5), normal));
        Layer offset = (scope, y) -> scope.apply(new Shifting(true), y, scope.vector("offset", image, normal));
        Layer common =
                (scope, y) -> scope.apply(new Scaling(false), y, scope.state("half", Shape.of(1, 1, 1), r -> 0.5));
        return built(g, g.call(BatchNorm2d.of(), g.call(common, g.call(offset, g.call(factor, x)))));
    }

    private static Network behindWithoutBeta() {
        GraphBuilder g = new GraphBuilder();
        return built(
                g, g.call(BatchNorm2d.of().beta(false).gamma(false), g.call(Conv2d.of(3, 2), g.input("x", 2, 4, 4))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void foldsIntoTheLayerBefore(String name, Network net) {
        FoldedNetwork folded = net.fold();
        assertThat(norms(folded.network().graph())).isZero();
        assertThat(folded.relativeError()).isLessThan(EXACT);
        assertThat(ops(folded.network()).subList(1, 2)).containsExactly("AddBias");
        assertThat(folded.report().left()).isEmpty();
        String weight = net.parameters().names().get(0);
        assertThat(folded.network().parameters().names()).containsExactly(weight, weight.replace("weight", "bias"));
    }

    /** Tencent/ncnn#1339, ultralytics/yolov3#807, vlfeat/matconvnet#772: the bias that is there must be scaled too. */
    @Test
    void scalesTheBiasThatIsThere() {
        Network net =
                Network.input(1).then(Dense.of(1).useBias(true)).batchNorm1d().build(1, DataType.DOUBLE);
        Parameters parameters = net.parameters();
        parameters.get("dense_1.weight").assign(3);
        parameters.get("dense_1.bias").assign(10);
        parameters.get("batchnorm1d_1.gamma").assign(-4);
        parameters.get("batchnorm1d_1.beta").assign(5);
        parameters.get("batchnorm1d_1.runningMean").assign(7);
        parameters.get("batchnorm1d_1.runningVariance").assign(4 - 1e-5);
        FoldedNetwork folded = net.fold();
        // (3 x + 10 − 7) · (−4 / 2) + 5
        assertThat(folded.network().parameters().get("dense_1.weight").getDouble(0))
                .isCloseTo(-6, within(EXACT));
        assertThat(folded.network().parameters().get("dense_1.bias").getDouble(0))
                .isCloseTo(-1, within(EXACT));
        assertThat(parameters.get("dense_1.weight").getDouble(0)).isEqualTo(3);
    }

    /** jiazhihao/TASO PR 47: the shift must not be forgotten where there was no bias. */
    @Test
    void createsTheBiasThatWasDropped() {
        Network net = behind(Conv2d.of(5, 3));
        assertThat(net.parameters().has("conv2d_1.bias")).isFalse();
        FoldedNetwork folded = net.fold();
        assertThat(folded.network()
                        .parameters()
                        .get("conv2d_1.bias")
                        .amaxNumber()
                        .doubleValue())
                .isPositive();
        assertThat(folded.relativeError()).isLessThan(EXACT);
    }

    /** pytorch/pytorch#197539: a convolution that is called twice and normalised once. */
    @Test
    void leavesTheOtherCallOfASharedLayerAlone() {
        GraphBuilder g = new GraphBuilder();
        Conv2d shared = Conv2d.of(2, 3).padding(Padding.SAME);
        Value once = g.call(shared, g.input("x", 2, 5, 5));
        Value twice = g.call(shared, g.call(Relu.of(), g.call(BatchNorm2d.of(), once)));
        Network net = built(g, twice);
        FoldedNetwork folded = net.fold();
        assertThat(norms(folded.network().graph())).isZero();
        assertThat(folded.network().parameters().names())
                .containsExactly("conv2d_1.weight_2", "conv2d_1.bias_2", "conv2d_1.weight", "conv2d_1.bias");
        assertThat(folded.network().parameters().get("conv2d_1.weight"))
                .isEqualTo(net.parameters().get("conv2d_1.weight"));
        assertThat(folded.relativeError()).isLessThan(EXACT);
    }

    @Test
    void makesOneWeightForEachNormalisationOfASharedLayer() {
        GraphBuilder g = new GraphBuilder();
        Dense shared = Dense.of(3);
        BatchNorm1d same = BatchNorm1d.of();
        Value x = g.input("x", 3);
        Value a = g.call(same, g.call(shared, x));
        Value b = g.call(same, g.call(shared, g.call(Relu.of(), a)));
        Value c = g.call(BatchNorm1d.of(), g.call(shared, g.call(Relu.of(), b)));
        FoldedNetwork folded = built(g, c).fold();
        assertThat(folded.relativeError()).isLessThan(EXACT);
        assertThat(folded.network().parameters().names())
                .containsExactly("dense_1.weight", "dense_1.bias", "dense_1.weight_2", "dense_1.bias_2");
    }

    @Test
    void keepsWhatOthersSee() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Conv2d.of(3, 3), g.input("x", 2, 6, 6));
        Value norm = g.call(BatchNorm2d.of(), x);
        Value other = g.call(BatchNorm2d.of(), g.call(Conv2d.of(3, 1), g.call(Relu.of(), x)));
        Network net = built(g, g.add(g.call(Relu.of(), norm), other), g.call("shown", Relu.of(), norm));
        FoldedNetwork folded = net.fold();
        assertThat(folded.relativeError()).isLessThan(EXACT);
        assertThat(folded.toString())
                .startsWith("batchnorm2d_2 folded into conv2d_2" + System.lineSeparator()
                        + "batchnorm2d_1 stays: conv2d_1 before it is used by relu_1 too, and relu_2, shown are behind"
                        + " it" + System.lineSeparator() + "largest relative error ");
    }

    @Test
    void keepsWhatIsAskedFor() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Dense.of(3), g.input("x", 2));
        FoldedNetwork folded = built(g, g.call(BatchNorm1d.of(), x), x).fold();
        assertThat(folded.relativeError()).isZero();
        assertThat(folded.report().left())
                .containsExactly(
                        Map.entry("batchnorm1d_1", "dense_1 before it is used by an output too, and it is an output"));
    }

    @Test
    void foldsIntoTheLayerBehindWhereNothingIsPadded() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(BatchNorm2d.of(), g.input("x", 4, 6, 6));
        Value y = g.call(
                BatchNorm2d.of(), g.call(Relu.of(), g.call(Conv2d.of(4, 3).groups(2), x)));
        Value z = g.call(
                BatchNorm2d.of(),
                g.call(Relu.of(), g.call(ConvTranspose2d.of(2, 1).useBias(true), y)));
        Network net = built(g, g.call(Conv2d.of(2, 3).padding(Padding.SAME), z));
        FoldedNetwork folded = net.fold();
        assertThat(folded.relativeError()).isLessThan(EXACT);
        assertThat(folded.report().absorbed())
                .containsOnlyKeys("batchnorm2d_1", "batchnorm2d_2")
                .containsEntry("batchnorm2d_2", java.util.Set.of("convtranspose2d_1"));
        assertThat(folded.report().left())
                .containsExactly(Map.entry(
                        "batchnorm2d_3",
                        "relu_2 before it is not linear in a weight, and conv2d_2 behind it does not see every tap"
                                + " everywhere"));
        assertThat(ops(folded.network())).filteredOn("AddBias"::equals).hasSize(3);
    }

    @Test
    void mergesTwoInARow() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.call(Relu.of(), g.input("x", 3));
        Value y = g.call(BatchNorm1d.of().epsilon(0.1), g.call(BatchNorm1d.of().gamma(false), x));
        Network net = built(g, g.call(Relu.of(), y));
        FoldedNetwork folded = net.fold();
        assertThat(ops(folded.network())).containsExactly("Relu", "BatchNormalization", "Relu");
        assertThat(folded.network().parameters().names())
                .containsExactly(
                        "batchnorm1d_1.gamma",
                        "batchnorm1d_1.beta",
                        "batchnorm1d_1.runningMean",
                        "batchnorm1d_1.runningVariance");
        assertThat(folded.relativeError()).isLessThan(EXACT);
        assertThat(folded.report().absorbed()).containsOnlyKeys("batchnorm1d_2");
    }

    @Test
    void isExactOnRandomNetworks() {
        double worst = 0;
        double worstFloat = 0;
        int before = 0;
        int after = 0;
        for (long seed = 0; seed < 400; seed++) {
            Network net = Weights.shaken(RandomNetwork.draw(seed).to(DataType.DOUBLE), seed);
            FoldedNetwork folded = net.fold();
            assertThat(folded.relativeError())
                    .as("seed %s%n%s", seed, net.graph())
                    .isLessThan(EXACT);
            FoldedNetwork rounded = net.to(DataType.FLOAT).fold();
            assertThat(rounded.relativeError())
                    .as("seed %s%n%s", seed, net.graph())
                    .isLessThan(1e-5);
            worst = Math.max(worst, folded.relativeError());
            worstFloat = Math.max(worstFloat, rounded.relativeError());
            before += (int) norms(net.graph());
            after += (int) norms(folded.network().graph());
        }
        System.out.printf(
                Locale.ROOT,
                "folding: %d of %d batch normalisations gone, largest relative error %.1e in float64, %.1e in float32%n",
                before - after,
                before,
                worst,
                worstFloat);
        assertThat(before - after).isGreaterThan(100);
    }

    @Test
    void recomputesItsWeightsWhenThoseItComesFromChange() {
        Network net = behind(Conv2d.of(5, 3).useBias(true));
        Folding folding = FoldBatchNorm.apply(net.graph());
        Parameters folded = folding.parameters(net.parameters());
        Weights.shaken(net, 99);
        folding.refresh(net.parameters(), folded);
        Parameters fresh = net.fold().network().parameters();
        for (String name : fresh.names()) {
            assertThat(folded.get(name)).isEqualTo(fresh.get(name));
        }
    }

    @Test
    void savesAndLoads(@TempDir Path folder) {
        Network folded = behind(Conv2d.of(5, 3)).fold().network();
        Path file = folder.resolve("folded.safetensors");
        folded.save(file);
        INDArray x = Noise.normal(DataType.DOUBLE, 1, 3, 4, 6, 6);
        assertThat(Network.load(file).predict(x)).isEqualTo(folded.predict(x));
        assertThat(folded.explainBias().findings()).isEmpty();
    }

    @Test
    void comparesOnAProbeOfYourOwn() {
        Network net = behind(Conv2d.of(5, 3));
        INDArray probe = Noise.normal(DataType.DOUBLE, 1, 3, 4, 6, 6);
        assertThat(net.fold(probe).relativeError()).isLessThan(EXACT);
        assertTensor(net.fold(Map.of("x", probe)).network().predict(probe)).isCloseTo(net.predict(probe), EXACT);
        assertThatThrownBy(() -> net.fold(Map.of("y", probe)))
                .hasMessage("network expects arrays for inputs [x] but got [y]; name the arrays after the inputs");
    }

    @Test
    void asksForAMapWhereThereAreSeveralInputs() {
        GraphBuilder g = new GraphBuilder();
        Value sum = g.add(g.input("left", 3), g.input("right", 3));
        Network net = g.build(g.call(BatchNorm1d.of(), sum));
        INDArray array = Noise.normal(DataType.FLOAT, 1, 4, 3);
        assertThatThrownBy(() -> net.fold(array))
                .hasMessage("fold expects inputs [left, right] but got a single array; pass a map");
        assertThatThrownBy(() -> net.predict(array))
                .hasMessage("network expects inputs [left, right] but got a single array; pass a map");
    }

    @Test
    void hasNothingToDoWithoutBatchNorm() {
        Network net = Network.input(2).dense(3).relu().build(1);
        assertThat(net.fold().toString()).isEqualTo("no batch normalisation to fold");
        assertThat(net.fold().network().graph().nodes()).isEqualTo(net.graph().nodes());
    }
}
