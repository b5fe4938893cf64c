package io.github.bn4j.inside.internal;

import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.rewrite.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What layers of a network yield in a prediction. */
public final class Activations {

    private Activations() {}

    /**
     * Those of one network input.
     *
     * @param who who asks, for messages
     * @param x {@code [rows, shape]}. Not modified.
     * @param names of outputs or layers; all layers if none is named
     * @throws IllegalArgumentException if there is no such output or layer, or x does not fit
     */
    public static Map<String, INDArray> of(String who, Model model, INDArray x, String... names) {
        Model part = part(who, model, names);
        return run(who, part, Binding.single(who, part.graph().inputs(), x));
    }

    /**
     * Those of several inputs.
     *
     * @param inputs an array {@code [rows, shape]} by name for each that the layers need. Not modified.
     * @param names of outputs or layers; all layers if none is named
     * @throws IllegalArgumentException if there is no such output or layer, or an input is missing or does not fit
     */
    public static Map<String, INDArray> of(String who, Model model, Map<String, INDArray> inputs, String... names) {
        Model part = part(who, model, names);
        Map<String, INDArray> needed = new LinkedHashMap<>(inputs);
        needed.keySet()
                .removeIf(name -> model.graph().inputs().containsKey(name)
                        && !part.graph().inputs().containsKey(name));
        return run(who, part, needed);
    }

    private static Model part(String who, Model model, String... names) {
        String[] wanted = names.length == 0 ? all(model.graph()).toArray(String[]::new) : names;
        Graph part = Part.of(who, model.traced(), wanted);
        return model.sharing(part.withOutputs(inOrder(part)));
    }

    /* By where the network computes them; the order of those named stays where one value has several names. */
    private static Map<String, Value> inOrder(Graph part) {
        Map<Value, Integer> places = new HashMap<>();
        part.inputs().values().forEach(value -> places.put(value, -1));
        part.nodes().forEach(node -> places.put(node.output(), places.size()));
        Map<String, Value> ordered = new LinkedHashMap<>();
        part.outputs().entrySet().stream()
                .sorted(Comparator.comparing(output -> places.getOrDefault(output.getValue(), -1)))
                .forEach(output -> ordered.put(output.getKey(), output.getValue()));
        return ordered;
    }

    /** The names of what all layers yield, in the order of the network. */
    private static List<String> all(Graph graph) {
        List<String> names = new ArrayList<>();
        graph.nodes().stream().map(Node::layer).distinct().forEach(layer -> {
            int results = Part.results(graph, layer).size();
            for (int number = 1; number <= results; number++) {
                names.add(results == 1 ? layer : Part.numbered(layer, number));
            }
        });
        return names;
    }

    /** The paths of layers with one result that has channels and places, in the order of the network. */
    public static List<String> layersWithPlaces(Graph graph) {
        return graph.nodes().stream()
                .map(Node::layer)
                .distinct()
                .filter(layer -> {
                    List<Value> results = Part.results(graph, layer);
                    int rank = results.get(0).shape().rank();
                    return results.size() == 1 && (rank == 2 || rank == 3);
                })
                .toList();
    }

    private static Map<String, INDArray> run(String who, Model part, Map<String, INDArray> inputs) {
        Map<String, INDArray> bound = Binding.of(who, part.graph().inputs(), inputs);
        long rows = bound.values().iterator().next().size(0);
        Map<String, Value> outputs = part.graph().outputs();
        double elements = 0;
        Value largest = outputs.values().iterator().next();
        for (Value value : outputs.values()) {
            elements += value.shape().size();
            largest = value.shape().size() > largest.shape().size() ? value : largest;
        }
        MemoryLimit.require(
                who + " of " + rows + " examples",
                rows * elements * part.parameters().type().width(),
                "\"" + largest.name() + "\" " + largest.shape(),
                "name fewer layers, or give it fewer examples at once");
        try (Prediction prediction = new Prediction(part, ChunkSize.of(outputs.values()))) {
            return prediction.run(bound);
        }
    }
}
