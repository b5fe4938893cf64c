package io.github.bn4j.onnx;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.github.bn4j.Network;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Gathering;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Holds networks against what ONNX Runtime makes of their files. */
public final class OnnxComparison {

    private static final Pattern DECIMAL = Pattern.compile("\\d+\\.\\d+(E-?\\d+)?");

    private OnnxComparison() {}

    /** Parameters as no initialiser leaves them; variances stay positive. */
    static Network livedIn(Network net, long seed) {
        return livedIn(net, seed, 0.5);
    }

    /**
     * Parameters as no initialiser leaves them.
     *
     * @param change by how much at most; below 1, so that variances stay positive. In a deep network, large changes let activations
     *     grow until rounding is all that is compared.
     */
    public static Network livedIn(Network net, long seed, double change) {
        Random random = new Random(seed);
        Parameters parameters = net.parameters();
        for (Parameter parameter : parameters.all()) {
            double[] values = Floats.values(parameters.get(parameter.name()));
            for (int i = 0; parameter.shape().rank() == 1 && i < values.length; i++) {
                values[i] += change * (2 * random.nextDouble() - 1);
            }
            Floats.write(values, parameters.get(parameter.name()));
        }
        return net;
    }

    /** Examples for all inputs; whole numbers where rows of a table are looked up. */
    public static Map<String, INDArray> inputs(Network net, int batch, long seed) {
        Random random = new Random(seed);
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        net.graph().inputs().forEach((name, value) -> {
            Shape shape = Shape.of(value.shape().batched(batch));
            long rows = rows(net, value);
            double[] values = random.doubles(shape.size(), -2, 2).toArray();
            for (int i = 0; rows > 0 && i < values.length; i++) {
                values[i] = random.nextInt((int) rows);
            }
            inputs.put(name, Tensors.of(net.parameters().type(), values, shape.dims()));
        });
        return inputs;
    }

    private static long rows(Network net, Value input) {
        for (Node node : net.graph().consumers(input)) {
            if (node.op() instanceof Gathering) {
                return node.parameters().get(0).shape().dim(0);
            }
        }
        return 0;
    }

    /** Moves running averages by what a step measured. */
    static void commit(Network net, BatchStatistics measured) {
        measured.node()
                .op()
                .update(
                        new Measured(measured.mean(), measured.variance(), measured.count()),
                        measured.node().values(net.parameters()));
    }

    /**
     * What a graph does, whatever its values are called: each op, its numbers in float32, with what goes in, and what comes out in the end.
     */
    static List<String> form(Graph graph) {
        Map<Integer, String> places = new HashMap<>();
        graph.inputs().values().forEach(value -> places.put(value.id(), "input " + places.size() + value.shape()));
        List<String> form = new ArrayList<>();
        for (Node node : graph.nodes()) {
            List<String> inputs =
                    node.inputs().stream().map(value -> places.get(value.id())).toList();
            List<Shape> parameters =
                    node.parameters().stream().map(Parameter::shape).toList();
            places.put(node.output().id(), "#" + form.size());
            String op = DECIMAL.matcher(node.op().toString())
                    .replaceAll(number -> Float.toString(Float.parseFloat(number.group())));
            form.add("#" + form.size() + " " + op + " of " + inputs + " with " + parameters);
        }
        form.add("yields "
                + graph.outputs().values().stream()
                        .map(value -> places.get(value.id()))
                        .toList());
        return form;
    }

    /**
     * Imports what was exported, and compares graphs up to names, and outputs.
     *
     * @param tolerance relative to the largest element
     */
    public static Network assertComesBack(Network net, Path file, double tolerance, int batch) {
        Network back = Network.importOnnx(file);
        assertThat(form(back.graph())).isEqualTo(form(net.graph()));
        assertComputesAlike(back, net, tolerance, batch);
        return back;
    }

    /** The same outputs, relative to their largest elements. */
    static void assertComputesAlike(Network back, Network net, double tolerance, int batch) {
        assertThat(back.parameters().type()).isEqualTo(net.parameters().type());
        Map<String, INDArray> inputs = inputs(net, batch, batch);
        Map<String, INDArray> expected = net.forward(inputs);
        inputs.keySet().retainAll(back.graph().inputs().keySet());
        Map<String, INDArray> actual = back.forward(inputs);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, y) -> assertTensor(actual.get(name)).as(name).isRelativelyCloseTo(y, tolerance));
    }

    /**
     * Exports a network, and compares all outputs of batches of several sizes.
     *
     * @param tolerance relative to the largest element
     */
    public static void assertAlike(Network net, Path file, OnnxOptions options, double tolerance, int... batches)
            throws OrtException {
        net.exportOnnx(file, options);
        for (int batch : batches) {
            Map<String, INDArray> inputs = inputs(net, batch, batch);
            Map<String, INDArray> expected = net.forward(inputs);
            Map<String, INDArray> actual = Runtime.run(file, inputs);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            expected.forEach((name, y) -> assertTensor(actual.get(name))
                    .as("%s of a batch of %s, %s", name, batch, options)
                    .isRelativelyCloseTo(y, tolerance));
        }
    }
}
