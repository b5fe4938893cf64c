package io.github.bn4j.layer;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions and poolings with every setting of a window, on both engines, against what PyTorch yields: layer/windows.py. */
class WindowsTest {

    static List<TorchFixture> fixtures() throws IOException {
        return TorchFixture.read("windows.txt");
    }

    private static Windowed<?> layer(TorchFixture fixture) {
        return switch (fixture.layer()) {
            case "MaxPool2d" -> windowed(MaxPool2d.of(1), fixture).ceilMode(fixture.is("ceil"));
            case "AvgPool2d" ->
                windowed(AvgPool2d.of(1), fixture)
                        .ceilMode(fixture.is("ceil"))
                        .countPadding(fixture.is("countPadding"));
            case "Conv2d" ->
                windowed(Conv2d.of(fixture.number("filters"), 1), fixture)
                        .groups(fixture.number("groups"))
                        .useBias(false);
            default ->
                windowed(ConvTranspose2d.of(fixture.number("filters"), 1), fixture)
                        .groups(fixture.number("groups"))
                        .outputPadding(fixture.numbers("outputPadding")[0], fixture.numbers("outputPadding")[1])
                        .useBias(false);
        };
    }

    private static <L extends Windowed<L>> L windowed(L layer, TorchFixture fixture) {
        int[] kernel = fixture.numbers("kernel");
        int[] stride = fixture.numbers("stride");
        int[] padding = fixture.numbers("padding");
        int[] dilation = fixture.numbers("dilation");
        return layer.kernel(kernel[0], kernel[1])
                .stride(stride[0], stride[1])
                .padding(padding[0], padding[1])
                .dilation(dilation[0], dilation[1]);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void agreesWithPyTorch(TorchFixture fixture) {
        fixture.assertAgrees(layer(fixture));
    }

    private static Shape shape(io.github.bn4j.graph.Layer layer, long... image) {
        return Network.input(image)
                .then(layer)
                .build(1)
                .graph()
                .outputs()
                .values()
                .iterator()
                .next()
                .shape();
    }

    /** Rows and columns that no whole window covers get one in ceil mode, unless it would begin behind the image. */
    @Test
    void roundsTheNumberOfWindowsUpOrDown() {
        assertThat(shape(MaxPool2d.of(2), 3, 5, 6)).isEqualTo(Shape.of(3, 2, 3));
        assertThat(shape(MaxPool2d.of(2).ceilMode(true), 3, 5, 6)).isEqualTo(Shape.of(3, 3, 3));
        assertThat(shape(MaxPool2d.of(1).stride(3).ceilMode(true), 3, 5, 7)).isEqualTo(Shape.of(3, 2, 3));
        assertThat(shape(AvgPool2d.of(3).stride(2).padding(1).ceilMode(true), 3, 4, 5))
                .isEqualTo(Shape.of(3, 3, 3));
    }

    /**
     * Every layer with a window takes the same words. Sizes by hand: 1 + (8 + 1 + 2 − 2 · 2 − 1) / 2 rows and 1 + (9 + 0 + 1 − 3 · 1 − 1)
     * / 1 columns; the transposed convolution makes 7 · 2 + 2 · 2 + 1 − 1 − 2 rows and 8 · 1 + 3 · 1 + 1 − 0 − 1 columns.
     */
    @Test
    void takesTheSameWordsInEveryLayer() {
        for (Windowed<?> layer : List.of(
                Conv2d.of(5, 1),
                DepthwiseConv2d.of(1),
                SeparableConv2d.of(5, 1),
                MaxPool2d.of(1),
                AvgPool2d.of(1),
                ConvTranspose2d.of(5, 1))) {
            Shape y = shape(configured(layer), 5, 8, 9);
            assertThat(y)
                    .as("%s", layer)
                    .isEqualTo(layer instanceof ConvTranspose2d ? Shape.of(5, 16, 11) : Shape.of(5, 4, 7));
        }
    }

    private static <L extends Windowed<L>> Windowed<?> configured(Windowed<L> layer) {
        return layer.kernel(3, 4).stride(2, 1).dilation(2, 1).padding(1, 2, 0, 1);
    }

    /** The image −1 −2 / −3 −4 with a border: a zero of the padding would win every window that it is in. */
    @Test
    void takesNoMaximumFromThePadding() {
        INDArray image = Tensors.of(DataType.FLOAT, new double[] {-1, -2, -3, -4}, 1, 1, 2, 2);
        Network net = Network.input(1, 2, 2)
                .then(MaxPool2d.of(2).stride(1).padding(1, 0, 0, 1))
                .build(1);
        for (Engine engine : List.of(net.engine(), Engine.nd4j())) {
            assertTensor(net.on(engine).predict(image)).hasShape(1, 1, 2, 2).hasElements(-1, -2, -1, -2);
        }
    }

    /** The adjoint of a convolution: ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩ for the same weights, images of stride times the size. */
    @Test
    void transposesTheConvolutionWithSamePadding() {
        int[][] settings = {{3, 3, 1}, {2, 4, 1}, {1, 3, 1}, {3, 2, 2}, {5, 3, 3}};
        for (int[] setting : settings) {
            Conv2d layer = Conv2d.of(1, 1)
                    .kernel(setting[0], setting[1])
                    .stride(2, 3)
                    .dilation(setting[2])
                    .padding(Padding.SAME)
                    .useBias(false);
            Network convolution = Network.input(1, 8, 12).then(layer).build(1, DataType.DOUBLE);
            Network transposed = Network.input(1, 4, 4)
                    .then(ConvTranspose2d.of(1, 1).window(layer.window()).useBias(false))
                    .build(2, DataType.DOUBLE);
            transposed
                    .parameters()
                    .get("convtranspose2d_1.weight")
                    .assign(convolution.parameters().get("conv2d_1.weight"));
            INDArray x = Tensors.zeros(DataType.DOUBLE, 1, 1, 8, 12);
            INDArray y = Tensors.zeros(DataType.DOUBLE, 1, 1, 4, 4);
            TorchFixture.fill(x, 37, 101, 16);
            TorchFixture.fill(y, 29, 31, 8);

            assertTensor(convolution.predict(x)).hasShape(1, 1, 4, 4);
            assertTensor(transposed.predict(y)).hasShape(1, 1, 8, 12);
            double there = convolution.predict(x).mul(y).sumNumber().doubleValue();
            double back = transposed.predict(y).mul(x).sumNumber().doubleValue();
            assertThat(back).as("%s", layer).isCloseTo(there, org.assertj.core.api.Assertions.within(1e-9));
        }
    }

    @Test
    void refusesOutputPaddingBesideSamePadding() {
        assertThatThrownBy(() -> Network.input(1, 4, 4)
                        .then(ConvTranspose2d.of(1, 3)
                                .stride(2)
                                .padding(Padding.SAME)
                                .outputPadding(1))
                        .build(1))
                .hasMessage("ConvTranspose2d expects no output padding with padding SAME but got 1×1;"
                        + " use padding of your own");
    }
}
