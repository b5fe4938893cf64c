package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.onednn.OpOnBfloat16.Body;
import io.github.bn4j.engine.onednn.OpOnBfloat16.Case;
import io.github.bn4j.engine.onednn.OpOnBfloat16.Errors;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv1d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose1d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.GlobalAvgPool1d;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.layer.GroupNorm;
import io.github.bn4j.layer.MaxPool1d;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Permute;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.MatrixProduct;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.RandomOps;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each op errs by in mixed precision, against float64 on the same numbers. The bounds follow from what is rounded: products
 * and sums are in float32, so an op that yields bfloat16 errs by the one rounding of what it yields, and gradients by parameters,
 * which stay in float32, not even by that.
 */
@NeedsBfloat16
class MixedOpsTest {

    private static final double NONE = 0;

    /** Sums in float32 of some hundred to some thousand numbers. */
    private static final double SUMS = 0x1p-20;

    /** The same, where they are divided by a deviation that has come of such sums as well. */
    private static final double MOMENTS = 0x1p-18;

    /** One rounding to bfloat16, which has 8 binary digits. */
    private static final double ROUNDED = 0x1p-8;

    /** One of what comes in, or of a weight, and one of what comes out. */
    private static final double TWICE = 0x1p-7;

    private static final Shape IMAGE = Shape.of(37, 11, 8);
    private static final Shape SEQUENCE = Shape.of(37, 29);

    /* Bounds of what the op yields, of the gradients by its inputs and by its parameters, and of what it yields in a prediction. */
    private static Arguments row(Case of, double output, double input, double parameter, double prediction) {
        return Arguments.of(of, new Errors(output, input, parameter, prediction));
    }

    private static Case on(String name, Body body, Shape... shapes) {
        return new Case(name, body, false, true, false, List.of(shapes));
    }

    private static Case withRelu(Case of) {
        return new Case(of.name() + " and ReLU", of.body(), true, true, false, of.shapes());
    }

    private static Case onAnyNumbers(Case of) {
        return new Case(of.name() + " of any numbers", of.body(), false, false, false, of.shapes());
    }

    private static Body of(Layer layer) {
        return (g, inputs) -> g.call(layer, inputs[0]);
    }

    private static Body of(Op op) {
        return (g, inputs) -> g.apply(op, inputs);
    }

    private static List<Case> convolutions() {
        return List.of(
                on("convolution 3×3", of(Conv2d.of(43, 3).padding(Padding.SAME)), IMAGE),
                on("convolution 1×1", of(Conv2d.of(43, 1)), IMAGE),
                on("convolution with stride", of(Conv2d.of(43, 3).stride(2)), IMAGE),
                on("grouped convolution", of(Conv2d.of(60, 3).groups(3)), Shape.of(36, 11, 8)),
                on("depthwise convolution", of(DepthwiseConv2d.of(3)), IMAGE),
                on("transposed convolution", of(ConvTranspose2d.of(43, 3)), IMAGE),
                on(
                        "transposed convolution with stride",
                        of(ConvTranspose2d.of(43, 2).stride(2)),
                        IMAGE),
                on("convolution of sequences", of(Conv1d.of(43, 3)), SEQUENCE),
                on("transposed convolution of sequences", of(ConvTranspose1d.of(43, 3)), SEQUENCE));
    }

    private static Stream<Arguments> linearMaps() {
        Case dense = on("dense", of(Dense.of(300)), Shape.of(1003));
        return Stream.concat(
                convolutions().stream()
                        .flatMap(of -> Stream.of(
                                row(of, ROUNDED, ROUNDED, SUMS, ROUNDED),
                                row(onAnyNumbers(of), TWICE, TWICE, ROUNDED, TWICE))),
                Stream.of(
                        row(dense, SUMS, SUMS, SUMS, SUMS),
                        // Of four examples alone, the roundings do not cancel.
                        row(onAnyNumbers(dense), ROUNDED, ROUNDED, TWICE, ROUNDED)));
    }

    /* In predictions they are folded into weights of the convolution in front, which are rounded then. */
    private static Stream<Arguments> norms() {
        Case ofImages = on("batch normalisation", of(BatchNorm2d.of()), IMAGE);
        Case ofBlocks = on("batch normalisation of 48 channels", of(BatchNorm2d.of()), Shape.of(48, 11, 8));
        Case ofSequences = on("batch normalisation of sequences", of(BatchNorm1d.of()), SEQUENCE);
        Case ofRows = on(
                "dense and batch normalisation",
                (g, inputs) -> g.call(BatchNorm1d.of(), g.call(Dense.of(300), inputs[0])),
                Shape.of(1003));
        return Stream.concat(
                Stream.of(ofImages, ofBlocks, ofSequences)
                        .flatMap(of -> Stream.of(
                                row(of, ROUNDED, ROUNDED, MOMENTS, TWICE),
                                row(withRelu(of), ROUNDED, ROUNDED, MOMENTS, TWICE))),
                Stream.of(
                        // Statistics of four values; gradients are rounded where the dense layer takes them.
                        row(ofRows, MOMENTS, ROUNDED, ROUNDED, ROUNDED),
                        row(
                                on("group normalisation in float32", of(GroupNorm.of(4)), Shape.of(36, 11, 8)),
                                SUMS,
                                ROUNDED,
                                SUMS,
                                SUMS)));
    }

    private static Stream<Arguments> poolings() {
        return Stream.of(
                row(on("max pooling", of(MaxPool2d.of(2)), IMAGE), NONE, NONE, NONE, NONE),
                row(on("max pooling of sequences", of(MaxPool1d.of(2)), SEQUENCE), NONE, NONE, NONE, NONE),
                // oneDNN adds up to four gradients in bfloat16; where there are more, the pooling is in float32.
                row(
                        on(
                                "max pooling that overlaps by half",
                                of(MaxPool2d.of(3).stride(2)),
                                IMAGE),
                        NONE,
                        TWICE,
                        NONE,
                        NONE),
                row(
                        on(
                                "average pooling that overlaps by half",
                                of(AvgPool2d.of(3).stride(2)),
                                IMAGE),
                        ROUNDED,
                        TWICE,
                        NONE,
                        ROUNDED),
                row(
                        on(
                                "max pooling of sequences that overlaps",
                                of(MaxPool1d.of(7).stride(1)),
                                SEQUENCE),
                        NONE,
                        ROUNDED,
                        NONE,
                        NONE),
                row(on("max pooling that overlaps", of(MaxPool2d.of(3).stride(1)), IMAGE), NONE, ROUNDED, NONE, NONE),
                row(on("average pooling", of(AvgPool2d.of(2)), IMAGE), ROUNDED, NONE, NONE, ROUNDED),
                row(
                        on("average pooling that overlaps", of(AvgPool2d.of(3).stride(1)), IMAGE),
                        SUMS,
                        ROUNDED,
                        NONE,
                        ROUNDED),
                row(on("global average pooling", of(new GlobalAvgPool2d()), IMAGE), ROUNDED, ROUNDED, NONE, ROUNDED),
                row(
                        on("global average pooling of sequences", of(new GlobalAvgPool1d()), SEQUENCE),
                        ROUNDED,
                        ROUNDED,
                        NONE,
                        ROUNDED));
    }

    private static Case function(ElementwiseFunction function) {
        return on(function.toString(), of(new Elementwise(function)), IMAGE);
    }

    private static Case functionAbove0(ElementwiseFunction function) {
        return new Case(function.toString(), of(new Elementwise(function)), false, true, true, List.of(IMAGE));
    }

    private static Stream<Arguments> functions() {
        return Stream.of(
                        Stream.of(
                                        StandardFunction.GELU,
                                        StandardFunction.SILU,
                                        StandardFunction.HARD_SWISH,
                                        StandardFunction.SIGMOID,
                                        StandardFunction.TANH,
                                        StandardFunction.SOFTPLUS,
                                        StandardFunction.SQUARE,
                                        new ExponentialLinear(1.5),
                                        new Line(3, 0))
                                .map(MixedOpsTest::function)
                                .map(of -> row(of, ROUNDED, ROUNDED, NONE, ROUNDED)),
                        // Without a rounding: of what there is in bfloat16.
                        Stream.of(
                                        StandardFunction.RELU,
                                        StandardFunction.ABS,
                                        new LeakyRectifier(-2),
                                        new Clipping(0, 6))
                                .map(MixedOpsTest::function)
                                .map(of -> row(of, NONE, NONE, NONE, NONE)),
                        Stream.of(
                                row(function(new LeakyRectifier(0.1)), ROUNDED / 10, ROUNDED / 10, NONE, ROUNDED / 10),
                                row(function(new Line(-2, 3)), ROUNDED, NONE, NONE, ROUNDED),
                                // The bound is rounded.
                                row(function(new Clipping(-0.7, 6)), ROUNDED / 10, NONE, NONE, ROUNDED / 10),
                                row(function(new Clipping(-3, 0.2)), ROUNDED / 10, NONE, NONE, ROUNDED / 10),
                                row(functionAbove0(StandardFunction.RECIPROCAL), ROUNDED, ROUNDED, NONE, ROUNDED),
                                // The gradients come of rounded results.
                                row(function(StandardFunction.EXP), ROUNDED, TWICE, NONE, ROUNDED),
                                row(functionAbove0(StandardFunction.SQRT), ROUNDED, TWICE, NONE, ROUNDED)))
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> others() {
        return Stream.of(
                row(on("sum", of(new Addition()), IMAGE, IMAGE), ROUNDED, NONE, NONE, ROUNDED),
                row(withRelu(on("sum", of(new Addition()), IMAGE, IMAGE)), ROUNDED, NONE, NONE, ROUNDED),
                row(on("difference", of(new Subtraction()), IMAGE, IMAGE), ROUNDED, NONE, NONE, ROUNDED),
                row(on("product", of(new Multiplication()), IMAGE, IMAGE), ROUNDED, ROUNDED, NONE, ROUNDED),
                row(
                        on("several gradients by one value", (g, x) -> g.add(g.add(x[0], x[0]), x[0]), IMAGE),
                        TWICE,
                        ROUNDED,
                        NONE,
                        TWICE),
                row(
                        on("concatenation", (g, x) -> g.concat(x), IMAGE, Shape.of(20, 11, 8), IMAGE),
                        NONE,
                        NONE,
                        NONE,
                        NONE),
                row(
                        on("concatenation of sequences", (g, x) -> g.concat(x), SEQUENCE, SEQUENCE),
                        NONE,
                        NONE,
                        NONE,
                        NONE),
                row(on("flattening", of(new Flatten()), IMAGE), NONE, NONE, NONE, NONE),
                row(on("transposition", of(Permute.of(2, 0, 1)), IMAGE), NONE, NONE, NONE, NONE),
                row(on("dropout", of(Dropout.of(0.5)), IMAGE), NONE, NONE, NONE, NONE),
                // In float32, with gradients rounded where a convolution takes them.
                row(on("softmax", of(new Softmax()), IMAGE), SUMS, ROUNDED, NONE, SUMS),
                row(on("log softmax", of(new LogSoftmax()), IMAGE), SUMS, ROUNDED, NONE, SUMS),
                row(
                        on("product of matrices", of(new MatrixProduct(false, true)), SEQUENCE, SEQUENCE),
                        SUMS,
                        ROUNDED,
                        NONE,
                        SUMS),
                row(
                        on(
                                "cross-entropy",
                                (g, x) -> g.apply(
                                        new SoftmaxCrossEntropy(), g.call(new Flatten(), x[0]), g.input("t", 370)),
                                Shape.of(37, 5, 2)),
                        SUMS,
                        ROUNDED,
                        NONE,
                        SUMS),
                row(
                        on(
                                "mean squared error",
                                (g, x) ->
                                        g.apply(new MeanSquaredError(), g.call(new Flatten(), x[0]), g.input("t", 370)),
                                Shape.of(37, 5, 2)),
                        SUMS,
                        ROUNDED,
                        NONE,
                        SUMS));
    }

    static Stream<Arguments> table() {
        return Stream.of(linearMaps(), norms(), poolings(), functions(), others())
                .flatMap(rows -> rows);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void errsByWhatIsRounded(Case of, Errors bound) {
        assertErrs(of, bound, 1, 2);
        assertErrs(of, bound, LocalDate.now(ZoneOffset.UTC).toEpochDay(), 1);
    }

    private static void assertErrs(Case of, Errors bound, long seed, int threads) {
        Engine mixed = Engine.oneDnn(OneDnnOptions.defaults().threads(threads).precision(Precision.MIXED));
        Errors errors = new OpOnBfloat16(of, seed).errors(mixed);
        assertErrs(errors.output(), bound.output(), "output", of, seed);
        assertErrs(errors.input(), bound.input(), "gradient by an input", of, seed);
        assertErrs(errors.parameter(), bound.parameter(), "gradient by a parameter", of, seed);
        assertErrs(errors.prediction(), bound.prediction(), "prediction", of, seed);
    }

    /* A rounding to bfloat16 that is allowed shows, else the op has run in float32. */
    private static void assertErrs(double error, double bound, String what, Case of, long seed) {
        assertThat(error)
                .as("%s of %s, seed %s", what, of, seed)
                .isBetween(bound < ROUNDED / 10 ? 0 : bound / 8, bound);
    }

    @Test
    void knowsEveryOpThatIsNotReferenceArithmetic() {
        Set<Class<? extends Op>> seen = new HashSet<>();
        table().map(row -> (Case) row.get()[0]).forEach(of -> seen.addAll(new OpOnBfloat16(of, 1).ops()));
        assertThat(seen)
                .containsAll(RandomOps.ofAnyNumbers()
                        .filter(op -> !EveryOpTest.BY_REFERENCE.contains(op))
                        .toList());
    }
}
