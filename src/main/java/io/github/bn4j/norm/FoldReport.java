package io.github.bn4j.norm;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What became of the batch normalisations of a network that was folded. Prints as a table.
 *
 * @param absorbed for each batch normalisation that is gone, by path, the layers that compute its part now
 * @param left for each batch normalisation that stays at some place, by path, why
 * @param relativeError the largest difference of an element of an output on the probe batch, as a share of the largest
 *     element of that output
 */
public record FoldReport(Map<String, Set<String>> absorbed, Map<String, String> left, double relativeError) {

    private static final int EXAMPLES = 16;

    /** Keeps the order. */
    public FoldReport {
        absorbed = Collections.unmodifiableMap(new LinkedHashMap<>(absorbed));
        left = Collections.unmodifiableMap(new LinkedHashMap<>(left));
    }

    /**
     * Compares a graph with its folded form.
     *
     * @param before the model before, which runs on reference arithmetic here, because other engines fold by themselves
     * @param after the folded model
     * @param absorbed for each batch normalisation that is gone, by path, the layers that compute its part now
     * @param probe an array {@code [examples, shape]} for each input by name, or none for 16 examples of normal random
     *     numbers. Not modified.
     */
    static FoldReport of(Model before, Model after, Map<String, Set<String>> absorbed, Map<String, INDArray> probe) {
        Map<String, INDArray> batch = probe.isEmpty() ? noise(before) : probe;
        Map<String, INDArray> expected = before.on(Engine.nd4j()).predict(batch);
        Map<String, INDArray> actual = after.predict(batch);
        double error = 0;
        for (Map.Entry<String, INDArray> output : expected.entrySet()) {
            // Math.max keeps NaN.
            error = Math.max(error, relativeError(output.getValue(), actual.get(output.getKey())));
        }
        Map<String, String> left = new LinkedHashMap<>();
        for (Node node : after.graph().nodes()) {
            if (node.op().normalization().isPresent()) {
                left.putIfAbsent(node.layer(), reason(after.graph(), node));
            }
        }
        return new FoldReport(absorbed, left, error);
    }

    private static Map<String, INDArray> noise(Model model) {
        Random random = new Random(1);
        Map<String, INDArray> noise = new LinkedHashMap<>();
        model.graph().inputs().forEach((name, value) -> {
            double[] values =
                    new double[Math.toIntExact(EXAMPLES * value.shape().size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextGaussian();
            }
            noise.put(
                    name,
                    Tensors.of(model.parameters().type(), values, value.shape().batched(EXAMPLES)));
        });
        return noise;
    }

    private static double relativeError(INDArray expected, @Nullable INDArray actual) {
        if (actual == null) {
            throw new AssertionError("a folded graph has the outputs of the graph before");
        }
        double[] first = expected.dup('c').data().asDouble();
        double[] second = actual.dup('c').data().asDouble();
        double difference = 0;
        double size = 0;
        for (int i = 0; i < first.length; i++) {
            difference = Math.max(difference, Math.abs(first[i] - second[i]));
            size = Math.max(size, Math.abs(first[i]));
        }
        return difference == 0 ? 0 : difference / size;
    }

    private static String reason(Graph graph, Node norm) {
        return before(graph, norm.inputs().get(0)) + ", and " + behind(graph, norm.output());
    }

    private static String before(Graph graph, Value value) {
        Node producer = graph.producer(value);
        if (producer == null) {
            return "input \"" + value.name() + "\" is before it";
        }
        @Nullable
        Node inner =
                producer.bias().isPresent() ? graph.producer(producer.inputs().get(0)) : producer;
        if (inner == null || inner.linearMap().isEmpty()) {
            return producer.layer() + " before it is not linear in a weight";
        }
        List<String> others = new ArrayList<>();
        for (Value seen : inner.equals(producer) ? List.of(value) : List.of(inner.output(), value)) {
            if (graph.outputs().containsValue(seen)) {
                others.add("an output");
            }
            graph.consumers(seen).stream()
                    .filter(node ->
                            !node.equals(producer) && node.op().normalization().isEmpty())
                    .forEach(node -> others.add(node.layer()));
        }
        return inner.layer() + " before it is used by "
                + (others.isEmpty() ? "several batch normalisations" : String.join(", ", others) + " too");
    }

    private static String behind(Graph graph, Value value) {
        if (graph.outputs().containsValue(value)) {
            return "it is an output";
        }
        List<Node> consumers = graph.consumers(value);
        return consumers.size() == 1
                ? consumers.get(0).layer()
                        + (consumers.get(0).linearMap().isPresent()
                                ? " behind it does not see every tap everywhere"
                                : " is behind it")
                : consumers.stream().map(Node::layer).distinct().collect(Collectors.joining(", ")) + " are behind it";
    }

    @Override
    public String toString() {
        if (absorbed.isEmpty() && left.isEmpty()) {
            return "no batch normalisation to fold";
        }
        List<String> lines = new ArrayList<>();
        absorbed.forEach((norm, into) -> lines.add(norm + " folded into " + String.join(", ", into)));
        left.forEach((norm, why) -> lines.add(norm + " stays: " + why));
        lines.add(String.format(Locale.ROOT, "largest relative error %.1e", relativeError));
        return String.join(System.lineSeparator(), lines);
    }
}
