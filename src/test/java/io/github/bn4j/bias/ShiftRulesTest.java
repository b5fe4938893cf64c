package io.github.bn4j.bias;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.bias.FixedMatrix.Entry;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Reshape;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.text.Finding;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What lies between a bias and a batch normalisation, row by row: each is decided by the analysis and, independently, by
 * numbers. Rows of operations that the library lacks are covered by the ops beside this test.
 */
class ShiftRulesTest {

    private static final Shape IMAGE = Shape.of(4, 4, 4);

    /** From the biased layer's output to the outputs of the network; the second value is not shifted. */
    private interface Behind {
        Value[] build(GraphBuilder g, Value biased, Value other);
    }

    private static Arguments row(String name, boolean redundant, Behind behind) {
        return Arguments.of(name, redundant, behind);
    }

    private static Arguments layers(String name, boolean redundant, UnaryOperator<Sequence> layers) {
        return row(name, redundant, (g, x, other) -> new Value[] {g.call(layers.apply(Sequence.of()), x)});
    }

    private static Arguments op(String name, boolean redundant, Op op) {
        return row(name, redundant, (g, x, other) -> new Value[] {norm(g, g.apply(op, x))});
    }

    private static Arguments two(String name, boolean redundant, BiFunction<GraphBuilder, Value[], Value> join) {
        return row(name, redundant, (g, x, other) -> new Value[] {norm(g, join.apply(g, new Value[] {x, other}))});
    }

    private static Value norm(GraphBuilder g, Value x) {
        return g.call(x.shape().rank() == 3 ? BatchNorm2d.of() : BatchNorm1d.of(), x);
    }

    private static Op map(String name, Shape to, Entry entry) {
        return new FixedMatrix(name, IMAGE, to, entry);
    }

    private static double is(boolean condition) {
        return condition ? 1 : 0;
    }

    private static boolean same(long[] first, long... second) {
        return Arrays.equals(first, second);
    }

    private static long clamp(long index) {
        return Math.max(0, Math.min(3, index));
    }

    static Stream<Arguments> keep() {
        return Stream.of(
                layers("nothing", true, s -> s.batchNorm2d()),
                layers(
                        "nothing, and BN without beta",
                        true,
                        s -> s.then(BatchNorm2d.of().beta(false))),
                op("identity", true, map("identity", IMAGE, (o, i) -> is(same(o, i)))),
                op("scalar scale", true, map("scale", IMAGE, (o, i) -> 3 * is(same(o, i)))),
                op("negation", true, map("negation", IMAGE, (o, i) -> -is(same(o, i)))),
                op("fixed scale per channel", true, map("scales", IMAGE, (o, i) -> (1 + o[0]) * is(same(o, i)))),
                two("adding an independent tensor", true, (g, v) -> g.add(v[0], v[1])),
                two("subtracting from an independent tensor", true, (g, v) -> g.apply(new Subtraction(), v[1], v[0])),
                layers("max pooling", true, s -> s.maxPool2d(2).batchNorm2d()),
                layers("max pooling, padded with −∞", true, s -> s.then(
                                MaxPool2d.of(3).stride(2).padding(1))
                        .batchNorm2d()),
                layers("global average pooling", true, s -> s.globalAvgPool2d().batchNorm1d()),
                layers("global max pooling", true, s -> s.maxPool2d(4).flatten().batchNorm1d()),
                layers("average pooling", true, s -> s.avgPool2d(2).batchNorm2d()),
                layers("average pooling, padding not counted", true, s -> s.then(
                                AvgPool2d.of(3).stride(2).padding(1))
                        .batchNorm2d()),
                layers("flatten to features", true, s -> s.flatten().batchNorm1d()),
                op(
                        "channel shuffle",
                        true,
                        map("shuffle", IMAGE, (o, i) -> is(same(o, (i[0] * 2) % 4 + i[0] / 2, i[1], i[2])))),
                op(
                        "space to depth",
                        true,
                        map(
                                "space to depth",
                                Shape.of(16, 2, 2),
                                (o, i) -> is(o[0] == i[0] * 4 + i[1] % 2 * 2 + i[2] % 2
                                        && o[1] == i[1] / 2
                                        && o[2] == i[2] / 2))),
                op("channel slice", true, new Slicing(0, 1, 3)),
                op("spatial slice", true, new Slicing(2, 1, 3)),
                layers("nearest upsampling", true, s -> s.upsample2d(2).batchNorm2d()),
                two("concat along the channels", true, (g, v) -> g.concat(v[0], v[1])),
                layers("residual sum, normalised", true, s -> s.residual(
                                b -> b.batchNorm2d().relu().conv2d(4, 3, Padding.SAME))
                        .batchNorm2d()),
                layers("reflected border", true, s -> s.reflectPad2d(1).batchNorm2d()),
                op(
                        "replicated border",
                        true,
                        map(
                                "replicate",
                                Shape.of(4, 6, 6),
                                (o, i) -> is(same(i, o[0], clamp(o[1] - 1), clamp(o[2] - 1))))),
                op(
                        "circular border",
                        true,
                        map(
                                "circular",
                                Shape.of(4, 6, 6),
                                (o, i) -> is(same(i, o[0], (o[1] + 3) % 4, (o[2] + 3) % 4)))),
                op(
                        "bilinear resize to twice the size",
                        true,
                        map("bilinear", Shape.of(4, 8, 8), ShiftRulesTest::bilinear)),
                layers("convolution 1×1", true, s -> s.conv2d(3, 1).batchNorm2d()),
                layers("convolution without padding", true, s -> s.conv2d(3, 3).batchNorm2d()),
                layers("convolution with stride and dilation", true, s -> s.then(
                                Conv2d.of(3, 2).dilation(2).stride(2))
                        .batchNorm2d()),
                layers("convolution behind a reflected border", true, s -> s.reflectPad2d(1)
                        .conv2d(3, 3)
                        .batchNorm2d()),
                layers("depthwise convolution without padding", true, s -> s.then(DepthwiseConv2d.of(3))
                        .batchNorm2d()),
                layers("grouped convolution", true, s -> s.then(Conv2d.of(4, 2).groups(2))
                        .batchNorm2d()),
                layers("transposed convolution 1×1", true, s -> s.then(ConvTranspose2d.of(3, 1))
                        .batchNorm2d()),
                layers("dense on flattened input", true, s -> s.flatten()
                        .dense(5)
                        .batchNorm1d()),
                layers(
                        "dense on pooled input",
                        true,
                        s -> s.globalAvgPool2d().dense(5).dense(3).batchNorm1d()),
                layers(
                        "zero-padded convolution, then a mean over all positions",
                        true,
                        s -> s.conv2d(3, 3, Padding.SAME).globalAvgPool2d().batchNorm1d()),
                layers("zero-padded convolution, then a mean per feature", true, s -> s.conv2d(3, 3, Padding.SAME)
                        .flatten()
                        .batchNorm1d()),
                layers(
                        "zero border, then features",
                        true,
                        s -> s.zeroPad2d(1).flatten().dense(3).batchNorm1d()),
                layers("instance norm", true, s -> s.instanceNorm2d()),
                layers("group norm of one channel per group", true, s -> s.groupNorm(4)),
                layers(
                        "ghost batch statistics",
                        true,
                        s -> s.then(BatchNorm2d.of().statistics(Statistics.ghost(4)))),
                row("statistics with weights", true, (g, x, other) ->
                        new Value[] {g.call(BatchNorm2d.of(), x, square(g, other))}),
                row("weights of a frozen BN", true, (g, x, other) -> new Value[] {
                    g.call(
                            BatchNorm2d.of().statistics(Statistics.running()).updateRunning(false),
                            other,
                            g.apply(new Slicing(0, 0, 1), x))
                }),
                layers("frozen BN, then BN of the batch", true, s -> s.then(
                                BatchNorm2d.of().statistics(Statistics.running()))
                        .batchNorm2d()),
                layers("BN of a sequence", true, s -> s.reshape(4, 16).batchNorm1d()),
                layers("dropout at rate 0", true, s -> s.dropout(0).batchNorm2d()),
                row("one channel before layer norm", true, (g, x, other) -> new Value[] {
                    g.call(Sequence.of().then("only", Conv2d.of(1, 1)).layerNorm(), x)
                }),
                row("to nowhere", true, (g, x, other) -> new Value[] {norm(g, other)}),
                row("two outputs, both normalised", true, (g, x, other) ->
                        new Value[] {norm(g, x), g.call(Sequence.of().flatten().batchNorm1d(), x)}));
    }

    /** A weight of at least 0 for each position. */
    private static Value square(GraphBuilder g, Value x) {
        Value first = g.apply(new Slicing(0, 0, 1), x);
        return g.multiply(first, first);
    }

    private static double bilinear(long[] o, long[] i) {
        return o[0] != i[0] ? 0 : weight(o[1], i[1]) * weight(o[2], i[2]);
    }

    // Half-pixel centres, as in most libraries; each row of weights sums to 1.
    private static double weight(long output, long input) {
        double centre = Math.max(0, Math.min(3, (output + 0.5) / 2 - 0.5));
        return Math.max(0, 1 - Math.abs(centre - input));
    }

    static Stream<Arguments> lose() {
        return Stream.of(
                layers("ReLU", false, s -> s.relu().batchNorm2d()),
                layers("leaky ReLU", false, s -> s.leakyRelu().batchNorm2d()),
                layers("sigmoid", false, s -> s.sigmoid().batchNorm2d()),
                layers("tanh", false, s -> s.tanh().batchNorm2d()),
                layers("GELU", false, s -> s.gelu().batchNorm2d()),
                layers("SiLU", false, s -> s.silu().batchNorm2d()),
                layers("ELU", false, s -> s.elu().batchNorm2d()),
                layers("softplus", false, s -> s.softplus().batchNorm2d()),
                op(
                        "absolute value, an op that says nothing",
                        false,
                        new ElementFunction("abs", Math::abs, Math::signum)),
                op(
                        "clip",
                        false,
                        new ElementFunction("clip", x -> Math.max(-0.5, Math.min(0.5, x)), x -> is(Math.abs(x) < 0.5))),
                op("square, as in LP pooling", false, new ElementFunction("square", x -> x * x, x -> 2 * x)),
                row("softmax", false, (g, x, other) -> new Value[] {norm(g, g.apply(new Softmax(), x))}),
                layers("max pooling of a zero border", false, s -> s.zeroPad2d(1)
                        .maxPool2d(2)
                        .batchNorm2d()),
                layers("average pooling, padding counted", false, s -> s.then(
                                AvgPool2d.of(3).stride(2).padding(1).countPadding(true))
                        .batchNorm2d()),
                op(
                        "pixel shuffle",
                        false,
                        map(
                                "pixel shuffle",
                                Shape.of(1, 8, 8),
                                (o, i) -> is(i[0] == o[1] % 2 * 2 + o[2] % 2 && i[1] == o[1] / 2 && i[2] == o[2] / 2))),
                op(
                        "channels moved to another axis",
                        false,
                        map("transpose", IMAGE, (o, i) -> is(same(o, i[1], i[0], i[2])))),
                two("concat along the batch", false, (g, v) -> g.apply(new HalfBatches(), v[0], v[1])),
                two("concat along the height", false, (g, v) -> g.apply(new Concatenation(1), v[0], v[1])),
                two("concat along the width", false, (g, v) -> g.apply(new Concatenation(2), v[0], v[1])),
                two("product with another tensor", false, (g, v) -> g.multiply(v[0], v[1])),
                two(
                        "squeeze-excite gate of itself",
                        false,
                        (g, v) -> g.multiply(v[0], g.call(gate(), g.call(GlobalAvgPool2d.of(), v[0])))),
                layers("dropout", false, s -> s.dropout(0.5).batchNorm2d()),
                layers("spatial dropout", false, s -> s.spatialDropout2d(0.5).batchNorm2d()),
                layers("zero border", false, s -> s.zeroPad2d(1).batchNorm2d()),
                layers("zero-padded convolution", false, s -> s.conv2d(3, 3, Padding.SAME)
                        .batchNorm2d()),
                layers("zero-padded depthwise convolution", false, s -> s.depthwiseConv2d(3, Padding.SAME)
                        .batchNorm2d()),
                layers("transposed convolution", false, s -> s.convTranspose2d(3, 3, 2)
                        .batchNorm2d()),
                layers("group norm", false, s -> s.groupNorm(2)),
                layers("layer norm", false, s -> s.layerNorm()),
                row("weights of a BN", false, (g, x, other) ->
                        new Value[] {g.call(BatchNorm2d.of(), other, square(g, x))}),
                row(
                        "batch renormalisation with weights", false, (g, x, other) -> new Value[] {
                            g.call(BatchNorm2d.of().statistics(Statistics.renorm(3, 5)), x, square(g, other))
                        }),
                layers("frozen BN", false, s -> s.then(BatchNorm2d.of().statistics(Statistics.running()))),
                layers(
                        "batch renormalisation",
                        false,
                        s -> s.then(BatchNorm2d.of().statistics(Statistics.renorm(3, 5)))),
                layers(
                        "flatten of a shift that max pooling mixes",
                        false,
                        s -> s.zeroPad2d(1).maxPool2d(2).flatten().batchNorm1d()),
                layers("recurrent gate", false, s -> s.sigmoid().then(square()).batchNorm2d()),
                layers(
                        "residual sum that leaks",
                        false,
                        s -> s.residual(b -> b.batchNorm2d().relu().conv2d(4, 1))),
                row("BN and an output", false, (g, x, other) -> new Value[] {norm(g, x), x}),
                row("BN, and an activation on another path", false, (g, x, other) ->
                        new Value[] {g.add(norm(g, x), g.call(Relu.of(), x))}));
    }

    private static Layer gate() {
        return Sequence.of().then(Dense.of(4)).then(Sigmoid.of()).then(Reshape.of(4, 1, 1));
    }

    private static Layer softmax() {
        return (scope, x) -> scope.apply(new Softmax(), x);
    }

    private static Layer square() {
        return (scope, x) -> scope.apply(new Multiplication(), x, x);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"keep", "lose"})
    void isDecidedAndProven(String name, boolean redundant, Behind behind) {
        GraphBuilder g = new GraphBuilder();
        Value biased = g.call("biased", Conv2d.of(4, 3).padding(Padding.SAME), g.input("image", 2, 4, 4));
        Value[] outputs = behind.build(g, biased, g.input("other", 4, 4, 4));
        Network net = g.build(7, outputs);
        BiasDecision decision = net.explainBias().of("biased");
        assertThat(decision.redundant()).as(decision.toString()).isEqualTo(redundant);
        BiasProof.Evidence evidence = net.proveBias("biased").evidence().get(0);
        assertThat(evidence.unchanged()).as(evidence.toString()).isEqualTo(redundant);
        assertThat(net.proveBias().agrees()).as(net.proveBias().toString()).isTrue();
    }

    /** The biased layer's own zero padding is irrelevant, and so is what stands behind the batch normalisation. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("onTheirOwn")
    void standsForItself(String name, boolean redundant, Network net, String layer) {
        assertThat(net.explainBias().of(layer).redundant()).isEqualTo(redundant);
        assertThat(net.proveBias(layer).evidence().get(0).unchanged()).isEqualTo(redundant);
    }

    static Stream<Arguments> onTheirOwn() {
        return Stream.of(
                Arguments.of(
                        "BN → dense → BN drops the dense layer's bias",
                        true,
                        Network.input(5)
                                .batchNorm1d()
                                .dense(4)
                                .batchNorm1d()
                                .relu()
                                .build(1),
                        "dense_1"),
                Arguments.of(
                        "uniform shift through group norm",
                        true,
                        Network.input(1, 4, 4)
                                .conv2d(1, 3)
                                .reshape(4)
                                .groupNorm(2)
                                .build(1),
                        "conv2d_1"),
                Arguments.of(
                        "uniform shift through softmax",
                        true,
                        Network.input(3)
                                .dense(1)
                                .reshape(1, 1, 1)
                                .upsample2d(2)
                                .flatten()
                                .then(softmax())
                                .build(1),
                        "dense_1"),
                Arguments.of(
                        "head",
                        false,
                        Network.input(3).dense(4).batchNorm1d().dense(2).build(1),
                        "dense_2"));
    }

    @Test
    void knowsWhichNormalisationCancelsBiasesPerPosition() {
        Network images = Network.input(2, 3, 3)
                .then(new PositionBias())
                .batchNorm2d()
                .relu()
                .build(1);
        Network features = Network.input(2, 3, 3)
                .then(new PositionBias())
                .flatten()
                .batchNorm1d()
                .relu()
                .build(1);
        assertThat(images.explainBias().findings(BiasFinding.POINTLESS_BETA)).isEmpty();
        assertThat(features.explainBias().findings(BiasFinding.POINTLESS_BETA))
                .extracting(Finding::parameter)
                .containsExactly("positionbias_1.bias");
    }

    @Test
    void coversManyRows() {
        assertThat(keep().count()).isGreaterThan(40);
        assertThat(lose().count()).isGreaterThan(30);
    }
}
