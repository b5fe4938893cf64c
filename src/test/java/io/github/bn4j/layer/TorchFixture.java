package io.github.bn4j.layer;

import static io.github.bn4j.TensorAssert.assertTensor;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer on an image of one example, and what PyTorch yields for it. Files of fixtures lie in {@code src/test/resources/layer}, beside
 * the scripts that made them.
 *
 * @param settings of the layer, by name
 * @param tensors {@code y}, the gradient {@code dx}, and that of the parameter, {@code dw}, if there is one
 */
record TorchFixture(Map<String, String> settings, Map<String, INDArray> tensors) {

    /** The fixtures of a file. */
    static List<TorchFixture> read(String file) throws IOException {
        List<TorchFixture> fixtures = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(TorchFixture.class.getResourceAsStream("/layer/" + file)),
                StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                String[] words = line.split(" ");
                if (words[0].startsWith("layer=")) {
                    fixtures.add(new TorchFixture(new LinkedHashMap<>(), new LinkedHashMap<>()));
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

    private static TorchFixture last(List<TorchFixture> fixtures) {
        return fixtures.get(fixtures.size() - 1);
    }

    private static long[] shape(String text) {
        return Stream.of(text.split(",")).mapToLong(Long::parseLong).toArray();
    }

    /** Which layer it is. */
    String layer() {
        return settings.get("layer");
    }

    /** The whole numbers of a setting. */
    int[] numbers(String name) {
        return Stream.of(settings.get(name).split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    int number(String name) {
        return numbers(name)[0];
    }

    boolean is(String name) {
        return settings.get(name).equals("True");
    }

    /**
     * Compares results and gradients in both types, each on its fastest engine. The image is a parameter too, so that its gradient
     * shows.
     */
    void assertAgrees(Layer layer) {
        long[] image = shape(settings.get("image"));
        Tracer tracer = new Tracer();
        Shape example = Shape.of(Arrays.copyOfRange(image, 1, image.length));
        Value x = tracer.scope()
                .apply(
                        new Shifting(true),
                        tracer.input("zeros", example),
                        tracer.scope().weight("image", example, Initializer.constant(0)));
        Value y = tracer.scope().call("layer", layer, x);
        Value weighted = tracer.scope().apply(new Multiplication(), y, tracer.input("dy", y.shape()));
        Integer[] axes = IntStream.range(0, y.shape().rank()).boxed().toArray(Integer[]::new);
        Value sum = tracer.scope().apply(Reduction.of(Reduction.Kind.SUM, axes), weighted);
        Map<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("loss", sum);
        outputs.put("y", y);
        tracer.output("y", y);
        Graph graph = tracer.graph().withOutputs(outputs);

        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            compare(graph, new Parameters(graph.parameters(), type), image, type == DataType.DOUBLE ? 1e-12 : 1e-4);
        }
    }

    private void compare(Graph graph, Parameters parameters, long[] image, double tolerance) {
        Engine engine = Engine.fastest(parameters.type());
        List<String> weights = parameters.names().stream()
                .filter(name -> name.equals("layer.weight") || name.equals("layer.alpha"))
                .toList();
        fill(parameters.get("image"), 37, 101, 16);
        weights.forEach(name -> fill(parameters.get(name), 29, 31, 8));
        Value y = Objects.requireNonNull(graph.outputs().get("y"));
        INDArray dy = Tensors.zeros(parameters.type(), y.shape().batched(1));
        fill(dy, 23, 17, 4);
        try (TrainingProgram program = engine.training(graph, parameters, 1, 1)) {
            program.step(0, Tensors.zeros(parameters.type(), image), dy);
            assertTensor(program.outputs().get(0)).as("y on %s", engine).isCloseTo(tensors.get("y"), tolerance);
            assertTensor(parameters.gradient("image").reshape(image))
                    .as("dx on %s", engine)
                    .isCloseTo(tensors.get("dx"), tolerance);
            weights.forEach(name -> assertTensor(
                            parameters.gradient(name).reshape(tensors.get("dw").shape()))
                    .as("dw on %s", engine)
                    .isCloseTo(tensors.get("dw"), tolerance));
        }
    }

    /** Fills images, weights and gradients with the numbers that the scripts give them. */
    static void fill(INDArray array, int factor, int period, int divisor) {
        double[] values = new double[(int) array.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * factor % period - period / 2) / (double) divisor;
        }
        array.assign(Tensors.of(array.dataType(), values, array.shape()));
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
