package io.github.bn4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.bias.Rule;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Layers over sequences on both engines, against what PyTorch yields (layer/sequences.py) and against those for images of one row. */
class SequencesTest {

    static List<TorchFixture> fixtures() throws IOException {
        return TorchFixture.read("sequences.txt");
    }

    private static Layer layer(TorchFixture fixture) {
        return switch (fixture.layer()) {
            case "MaxPool1d" -> spanned(MaxPool1d.of(1), fixture).ceilMode(fixture.is("ceil"));
            case "AvgPool1d" ->
                spanned(AvgPool1d.of(1), fixture).ceilMode(fixture.is("ceil")).countPadding(fixture.is("countPadding"));
            case "Conv1d" ->
                spanned(Conv1d.of(fixture.number("filters"), 1), fixture)
                        .groups(fixture.number("groups"))
                        .useBias(false);
            case "ConvTranspose1d" ->
                spanned(ConvTranspose1d.of(fixture.number("filters"), 1), fixture)
                        .groups(fixture.number("groups"))
                        .outputPadding(fixture.number("outputPadding"))
                        .useBias(false);
            case "Softmax" -> ChannelSoftmax.of();
            case "Permute" -> Permute.of(1, 0);
            case "Upsample1d" ->
                Upsample1d.of(fixture.number("factor"))
                        .interpolation(
                                fixture.is("linear")
                                        ? fixture.is("aligned")
                                                ? Interpolation.BILINEAR_ALIGNED
                                                : Interpolation.BILINEAR
                                        : Interpolation.NEAREST);
            case "AdaptiveAvgPool1d" -> AdaptiveAvgPool1d.of(fixture.number("size"));
            case "AdaptiveMaxPool1d" -> AdaptiveMaxPool1d.of(fixture.number("size"));
            case "GlobalAvgPool1d" -> GlobalAvgPool1d.of();
            case "GlobalMaxPool1d" -> GlobalMaxPool1d.of();
            default -> GlobalMaxPool2d.of();
        };
    }

    private static <L extends Spanned<L>> L spanned(L layer, TorchFixture fixture) {
        return layer.kernel(fixture.number("kernel"))
                .stride(fixture.number("stride"))
                .padding(fixture.number("padding"))
                .dilation(fixture.number("dilation"));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void agreesWithPyTorch(TorchFixture fixture) {
        fixture.assertAgrees(layer(fixture));
    }

    private static Shape shape(Layer layer, long... input) {
        Network net = Network.input(input).then(layer).build(1);
        return net.graph().outputs().values().iterator().next().shape();
    }

    /** By the formulas of the layers' pages; 37 is no multiple of any stride. */
    @Test
    void yieldsTheLengthsOfTheFormulas() {
        assertThat(shape(Conv1d.of(16, 5), 3, 37)).isEqualTo(Shape.of(16, 33));
        assertThat(shape(Conv1d.of(16, 5).padding(Padding.SAME).stride(2), 3, 37))
                .isEqualTo(Shape.of(16, 19));
        assertThat(shape(Conv1d.of(16, 3).dilation(4).padding(8, 0), 3, 37)).isEqualTo(Shape.of(16, 37));
        assertThat(shape(ConvTranspose1d.of(4, 3).stride(2).padding(1).outputPadding(1), 3, 37))
                .isEqualTo(Shape.of(4, 74));
        assertThat(shape(ConvTranspose1d.of(4, 2).stride(5).padding(Padding.SAME), 3, 37))
                .isEqualTo(Shape.of(4, 185));
        assertThat(shape(MaxPool1d.of(2), 3, 37)).isEqualTo(Shape.of(3, 18));
        assertThat(shape(MaxPool1d.of(2).ceilMode(true), 3, 37)).isEqualTo(Shape.of(3, 19));
        assertThat(shape(AvgPool1d.of(4), 3, 37)).isEqualTo(Shape.of(3, 9));
        assertThat(shape(AdaptiveAvgPool1d.of(5), 3, 37)).isEqualTo(Shape.of(3, 5));
        assertThat(shape(AdaptiveMaxPool1d.of(5), 3, 37)).isEqualTo(Shape.of(3, 5));
        assertThat(shape(Upsample1d.of(3), 3, 37)).isEqualTo(Shape.of(3, 111));
        assertThat(shape(GlobalAvgPool1d.of(), 3, 37)).isEqualTo(Shape.of(3));
        assertThat(shape(GlobalMaxPool1d.of(), 3, 37)).isEqualTo(Shape.of(3));
        assertThat(shape(Permute.of(1, 0), 3, 37)).isEqualTo(Shape.of(37, 3));
        assertThat(shape(Permute.of(2, 0, 1), 3, 37, 5)).isEqualTo(Shape.of(5, 3, 37));
    }

    /** With all padding before it, an output depends on its own element and those before alone. */
    @Test
    void seesThePastAloneWithAllPaddingBefore() {
        Network net = Network.input(2, 20)
                .then(Conv1d.of(3, 3).dilation(2).padding(4, 0))
                .build(5);
        INDArray x = Nd4j.rand(DataType.FLOAT, 1, 2, 20);
        INDArray before = net.predict(x);
        x.putScalar(0, 1, 11, 9);
        INDArray change = net.predict(x).sub(before);
        for (int place = 0; place < 20; place++) {
            boolean sees = place == 11 || place == 13 || place == 15;
            assertThat(change.getDouble(0, 0, place) != 0).as("place %s", place).isEqualTo(sees);
        }
    }

    /** Padding of four sides is that of an image of one row, and alike on all sides it is what a user means by it. */
    @Test
    void takesPaddingInAllWords() {
        assertThat(Conv1d.of(2, 3).padding(Padding.of(2)))
                .isEqualTo(Conv1d.of(2, 3).padding(2));
        assertThat(Conv1d.of(2, 3).padding(Padding.of(0, 2)))
                .isEqualTo(Conv1d.of(2, 3).padding(2, 2));
        assertThat(Conv1d.of(2, 3).padding(Padding.of(0, 0, 4, 1)))
                .isEqualTo(Conv1d.of(2, 3).padding(4, 1));
        assertThat(Conv1d.of(2, 3).padding(1).padding(Padding.VALID)).isEqualTo(Conv1d.of(2, 3));
    }

    /** The shapes of PyTorch: {@code [out, in / groups, kernel]}, and {@code [in, out / groups, kernel]} of the transposed one. */
    @Test
    void hasWeightsOfPyTorchsShapes() {
        Network net = Network.input(6, 40)
                .then(Conv1d.of(12, 5).groups(3))
                .batchNorm1d()
                .relu()
                .convTranspose1d(4, 3, 2)
                .build(1);
        assertThat(net.parameters().get("conv1d_1.weight").shape()).containsExactly(12, 2, 5);
        assertThat(net.parameters().get("convtranspose1d_1.weight").shape()).containsExactly(12, 4, 3);
        assertThat(net.parameters().get("convtranspose1d_1.bias").shape()).containsExactly(4);
    }

    /** The bias is cancelled as in front of an image's batch norm, through what keeps a constant constant. */
    @Test
    void leavesOutBiasesThatBatchNormCancels() {
        Network net = Network.input(3, 40)
                .conv1d(10, 5)
                .batchNorm1d()
                .relu()
                .conv1d(12, 3, Padding.SAME)
                .maxPool1d(2)
                .avgPool1d(2)
                .batchNorm1d()
                .relu()
                .globalAvgPool1d()
                .dense(4)
                .build(1);
        assertThat(net.parameters().names())
                .doesNotContain("conv1d_1.bias", "conv1d_2.bias")
                .contains("dense_1.bias");
        assertThat(net.explainBias().of("conv1d_1").rule()).isEqualTo(Rule.CANCELLED);
        assertThat(net.proveBias().agrees()).isTrue();
    }

    /** Softmax over the channels, whose sum is 1 at each position, also of scores that no exponential can hold. */
    @Test
    void sumsSharesUpToOne() {
        Network net = Network.input(5, 3).softmax().build(1);
        INDArray x = Nd4j.randn(DataType.FLOAT, 4, 5, 3).muli(500);
        for (Engine engine : List.of(net.engine(), Engine.nd4j())) {
            INDArray sums = net.on(engine).predict(x).sum(1);
            assertThat(sums.sub(1).amaxNumber().doubleValue()).isCloseTo(0, within(1e-6));
        }
    }

    /** Words by their numbers, as vectors, as channels of a sequence. */
    @Test
    void makesSequencesOfEmbeddedNumbers() {
        Network net = Network.input(12)
                .embedding(50, 8)
                .permute(1, 0)
                .conv1d(16, 3)
                .batchNorm1d()
                .relu()
                .globalMaxPool1d()
                .dense(2)
                .build(1);
        assertThat(net.summary().toString()).contains("[12, 8]", "[8, 12]", "[16, 10]", "[16]");
        INDArray words = Tensors.of(DataType.FLOAT, new double[24], 2, 12);
        assertThat(net.predict(words).shape()).containsExactly(2, 2);
    }

    @Test
    void refusesWhatIsNoSequence() {
        assertThatThrownBy(() -> Network.input(3, 8, 8).conv1d(4, 3).build(1))
                .hasMessage(
                        "layer \"conv1d_1\" Conv1d(4, 3) expects input [channels, length] but got [3, 8, 8] from input \"features\";"
                                + " use the layer for images, whose name ends in 2d");
        assertThatThrownBy(() -> Network.input(64).maxPool1d(2).build(1))
                .hasMessage(
                        "layer \"maxpool1d_1\" MaxPool1d(2) expects input [channels, length] but got [64] from input \"features\";"
                                + " use a Reshape or move it before the Flatten");
        assertThatThrownBy(() ->
                        Network.input(3, 8).then(Conv1d.of(4, 3).groups(2)).build(1))
                .hasMessage("layer \"conv1d_1\" Conv1d(4, 3, groups 2) expects channels that 2 groups divide but got"
                        + " [3, 8] from input \"features\"; use another number of groups or channels");
        assertThatThrownBy(() -> Network.input(3, 4).conv1d(4, 5).build(1))
                .hasMessage("layer \"conv1d_1\" Conv1d(4, 5) expects a sequence that its kernel 5 fits into but got"
                        + " [3, 4] from input \"features\"; pad it or use a smaller kernel or dilation");
        assertThatThrownBy(() -> Network.input(3, 4).permute(0, 1, 2).build(1))
                .hasMessage(
                        "layer \"permute_1\" Permute([0, 1, 2]) expects input of 3 axes but got [3, 4] from input \"features\";"
                                + " name each axis of an example once");
        assertThatThrownBy(() -> Network.input(3, 4)
                        .then(ConvTranspose1d.of(1, 3)
                                .padding(Padding.SAME)
                                .outputPadding(1)
                                .stride(2))
                        .build(1))
                .hasMessage("ConvTranspose1d expects no output padding with padding SAME but got 1;"
                        + " use padding of your own");
    }
}
