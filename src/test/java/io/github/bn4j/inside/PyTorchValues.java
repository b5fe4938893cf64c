package io.github.bn4j.inside;

import io.github.bn4j.Network;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv2d;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * What PyTorch 2.13 says of a network of two convolutions with batch normalisations, in float64, with all digits: saliency.json, which
 * saliency.py beside it wrote.
 */
final class PyTorchValues {

    /** What other orders of sums leave of numbers that are about 1. */
    static final double TOLERANCE = 1e-14;

    private static final JsonNode ALL = read();

    private PyTorchValues() {}

    private static JsonNode read() {
        try (InputStream file = PyTorchValues.class.getResourceAsStream("/inside/saliency.json")) {
            return new ObjectMapper().readTree(Objects.requireNonNull(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The array at a path, such as {@code activations, relu_1}. */
    static INDArray array(String... path) {
        JsonNode node = node(path);
        List<Double> values = new ArrayList<>();
        List<Long> shape = new ArrayList<>();
        for (JsonNode inner = node; inner.isArray(); inner = inner.get(0)) {
            shape.add((long) inner.size());
        }
        collect(node, values);
        return Tensors.of(
                DataType.DOUBLE,
                values.stream().mapToDouble(Double::doubleValue).toArray(),
                shape.stream().mapToLong(Long::longValue).toArray());
    }

    private static void collect(JsonNode node, List<Double> values) {
        if (node.isArray()) {
            node.forEach(each -> collect(each, values));
        } else {
            values.add(node.asDouble());
        }
    }

    static double number(String... path) {
        return node(path).asDouble();
    }

    private static JsonNode node(String... path) {
        JsonNode node = ALL;
        for (String name : path) {
            node = Objects.requireNonNull(node.get(name), name);
        }
        return node;
    }

    /** The network, with the parameters that it had there. */
    static Network network(DataType type) {
        Network net = Network.input(2, 6, 6)
                .then(Conv2d.of(3, 3).padding(1))
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .then(Conv2d.of(4, 3).padding(1))
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(3)
                .build(1, type);
        Map<String, INDArray> weights = new LinkedHashMap<>();
        net.parameters().names().forEach(name -> weights.put(name, array("state", torchName(name))));
        net.importWeights(weights);
        return net;
    }

    /** What PyTorch calls a parameter. */
    static String torchName(String name) {
        String layer = name.substring(0, name.indexOf('.'));
        String last = name.substring(name.indexOf('.') + 1);
        return layer + "."
                + switch (last) {
                    case "gamma" -> "weight";
                    case "beta" -> "bias";
                    case "runningMean" -> "running_mean";
                    case "runningVariance" -> "running_var";
                    default -> last;
                };
    }
}
