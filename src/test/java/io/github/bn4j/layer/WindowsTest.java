package io.github.bn4j.layer;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Shifting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions and poolings with every setting of a window, on both engines, against what PyTorch yields: layer/windows.py. */
class WindowsTest {

    /** A line of settings, and what PyTorch yields for them. */
    private record Fixture(Map<String, String> settings, Map<String, INDArray> tensors) {

        int[] pair(String name) {
            String[] both = settings.get(name).split(",");
            return new int[] {Integer.parseInt(both[0]), Integer.parseInt(both[1])};
        }

        int number(String name) {
            return Integer.parseInt(settings.get(name));
        }

        boolean is(String name) {
            return settings.get(name).equals("True");
        }

        Windowed<?> layer() {
            return switch (settings.get("layer")) {
                case "MaxPool2d" -> windowed(MaxPool2d.of(1)).ceilMode(is("ceil"));
                case "AvgPool2d" ->
                    windowed(AvgPool2d.of(1)).ceilMode(is("ceil")).countPadding(is("countPadding"));
                case "Conv2d" ->
                    windowed(Conv2d.of(number("filters"), 1))
                            .groups(number("groups"))
                            .useBias(false);
                default ->
                    windowed(ConvTranspose2d.of(number("filters"), 1))
                            .groups(number("groups"))
                            .outputPadding(pair("outputPadding")[0], pair("outputPadding")[1])
                            .useBias(false);
            };
        }

        private <L extends Windowed<L>> L windowed(L layer) {
            int[] kernel = pair("kernel");
            int[] stride = pair("stride");
            int[] padding = pair("padding");
            int[] dilation = pair("dilation");
            return layer.kernel(kernel[0], kernel[1])
                    .stride(stride[0], stride[1])
                    .padding(padding[0], padding[1])
                    .dilation(dilation[0], dilation[1]);
        }

        @Override
        public String toString() {
            return settings.toString();
        }
    }

    static List<Fixture> fixtures() throws IOException {
        List<Fixture> fixtures = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                WindowsTest.class.getResourceAsStream("/layer/windows.txt"), StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                String[] words = line.split(" ");
                if (words[0].startsWith("layer=")) {
                    fixtures.add(new Fixture(new LinkedHashMap<>(), new LinkedHashMap<>()));
                    for (String word : words) {
                        last(fixtures).settings().put(word.split("=")[0], word.split("=")[1]);
                    }
                } else {
                    double[] values = Stream.of(words)
                            .skip(2)
                            .mapToDouble(Double::parseDouble)
                            .toArray();
                    last(fixtures).tensors().put(words[0], Tensors.of(DataType.DOUBLE, values, shape(words[1])));
                }
            }
        }
        return fixtures;
    }

    private static Fixture last(List<Fixture> fixtures) {
        return fixtures.get(fixtures.size() - 1);
    }

    private static long[] shape(String text) {
        return Stream.of(text.split(",")).mapToLong(Long::parseLong).toArray();
    }

    /** The numbers that the script gives to images, weights and gradients. */
    private static double pattern(int i, int factor, int period, int divisor) {
        return (i * factor % period - period / 2) / (double) divisor;
    }

    /** The image is a parameter too, so that its gradient shows. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void agreesWithPyTorch(Fixture fixture) {
        long[] image = shape(fixture.settings().get("image"));
        Tracer tracer = new Tracer();
        Shape example = Shape.of(image[1], image[2], image[3]);
        Value x = tracer.scope()
                .apply(
                        new Shifting(true),
                        tracer.input("zeros", example),
                        tracer.scope().weight("image", example, Initializer.constant(0)));
        Value y = tracer.scope().call("layer", fixture.layer(), x);
        Value weighted = tracer.scope().apply(new Multiplication(), y, tracer.input("dy", y.shape()));
        Value sum = tracer.scope().apply(Reduction.of(Reduction.Kind.SUM, 0, 1, 2), weighted);
        Map<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("loss", sum);
        outputs.put("y", y);
        tracer.output("y", y);
        Graph graph = tracer.graph().withOutputs(outputs);

        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            Engine engine = Engine.fastest(type);
            Parameters parameters = new Parameters(graph.parameters(), type);
            fill(parameters.get("image"), 37, 101, 16);
            if (parameters.has("layer.weight")) {
                fill(parameters.get("layer.weight"), 29, 31, 8);
            }
            INDArray dy = Tensors.zeros(type, y.shape().batched(1));
            fill(dy, 23, 17, 4);
            double tolerance = type == DataType.DOUBLE ? 1e-12 : 1e-4;
            try (TrainingProgram program = engine.training(graph, parameters, 1, 1)) {
                program.step(0, Tensors.zeros(type, example.batched(1)), dy);
                assertTensor(program.outputs().get(0))
                        .as("y on %s", engine)
                        .isCloseTo(fixture.tensors().get("y"), tolerance);
                assertTensor(parameters.gradient("image").reshape(image))
                        .as("dx on %s", engine)
                        .isCloseTo(fixture.tensors().get("dx"), tolerance);
                if (parameters.has("layer.weight")) {
                    assertTensor(parameters.gradient("layer.weight"))
                            .as("dw on %s", engine)
                            .isCloseTo(fixture.tensors().get("dw"), tolerance);
                }
            }
        }
    }

    private static void fill(INDArray array, int factor, int period, int divisor) {
        double[] values = new double[(int) array.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = pattern(i, factor, period, divisor);
        }
        array.assign(Tensors.of(array.dataType(), values, array.shape()));
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
            fill(x, 37, 101, 16);
            fill(y, 29, 31, 8);

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
