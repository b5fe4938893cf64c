package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An immutable network of ops, in topological order, with named inputs and outputs. */
public final class Graph {

    private final Map<String, Value> inputs;
    private final List<Node> nodes;
    private final Map<String, Value> outputs;
    private final Map<String, String> layers;
    private final List<Parameter> parameters;
    private final Map<Integer, Node> producers = new HashMap<>();
    private final Map<Integer, List<Node>> consumers = new HashMap<>();

    /**
     * A graph of the given nodes.
     *
     * @param inputs values that are given, by name
     * @param nodes op calls; each uses only inputs and values of nodes before it
     * @param outputs values that are asked for, by name
     * @param layers path of each layer to its description, in the order of the trace
     * @throws IllegalArgumentException if a node or output uses a value that nothing produces
     */
    public Graph(Map<String, Value> inputs, List<Node> nodes, Map<String, Value> outputs, Map<String, String> layers) {
        this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        this.nodes = List.copyOf(nodes);
        this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        this.layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
        Set<Value> known = new LinkedHashSet<>(inputs.values());
        Set<Parameter> used = new LinkedHashSet<>();
        for (Node node : nodes) {
            node.inputs().forEach(value -> requireKnown(known, value));
            known.add(node.output());
            used.addAll(node.parameters());
            producers.put(node.output().id(), node);
            for (Value value : new LinkedHashSet<>(node.inputs())) {
                consumers.computeIfAbsent(value.id(), id -> new ArrayList<>()).add(node);
            }
        }
        outputs.values().forEach(value -> requireKnown(known, value));
        this.parameters = List.copyOf(used);
    }

    private static void requireKnown(Set<Value> known, Value value) {
        if (!known.contains(value)) {
            throw new IllegalArgumentException("Graph expects values of its own inputs and nodes but got \"" + value
                    + "\"; build all values with the same builder");
        }
    }

    /** The values that are given, by name, in order. */
    public Map<String, Value> inputs() {
        return inputs;
    }

    /** The op calls, in topological order. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The values that are asked for, by name, in order. */
    public Map<String, Value> outputs() {
        return outputs;
    }

    /** The description of each layer by its path, in the order of the trace. */
    public Map<String, String> layers() {
        return layers;
    }

    /** All parameters of the nodes, each once, in the order of first use. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * Names of the inputs that look like images with their channels last, {@code [height, width, channels]}: of 1, 3 or 4 columns and many
     * rows, and used as an image. Images are {@code [channels, height, width]} here, so that is likely a mistake.
     */
    public List<String> channelsLast() {
        return inputs.entrySet().stream()
                .filter(input -> looksLikeChannelsLast(input.getValue().shape()))
                .filter(input -> consumers(input.getValue()).stream()
                        .map(node -> node.output().shape())
                        .allMatch(shape -> shape.rank() == 3
                                && shape.dim(0) != input.getValue().shape().dim(2)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static boolean looksLikeChannelsLast(Shape shape) {
        if (shape.rank() != 3 || shape.dim(0) < 8 || shape.dim(1) < 8) {
            return false;
        }
        long last = shape.dim(2);
        return last == 3 || last == 4 || (last == 1 && shape.dim(0) == shape.dim(1));
    }

    /** The node that makes {@code value}, or null for an input. */
    public @Nullable Node producer(Value value) {
        return producers.get(value.id());
    }

    /** The nodes that use {@code value}, each once, in order. */
    public List<Node> consumers(Value value) {
        return List.copyOf(consumers.getOrDefault(value.id(), List.of()));
    }

    /**
     * The part of this graph that computes {@code wanted}: a program of it yields any values of interest. All inputs are
     * kept.
     */
    public Graph withOutputs(Map<String, Value> wanted) {
        Set<Integer> needed = new LinkedHashSet<>();
        wanted.values().forEach(value -> needed.add(value.id()));
        List<Node> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (needed.contains(node.output().id())) {
                kept.add(node);
                node.inputs().forEach(value -> needed.add(value.id()));
            }
        }
        Collections.reverse(kept);
        return new Graph(inputs, kept, wanted, layers);
    }

    /** The same graph on parameters that are described anew. */
    public Graph withParameters(UnaryOperator<Parameter> described) {
        checkGiven(described, "graph", "a function of its parameters");
        List<Node> changed = nodes.stream()
                .map(node -> new Node(
                        node.op(),
                        node.layer(),
                        node.inputs(),
                        node.parameters().stream().map(described).toList(),
                        node.output()))
                .toList();
        return new Graph(inputs, changed, outputs, layers);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("inputs " + inputs.values() + System.lineSeparator());
        nodes.forEach(node -> text.append(node).append(System.lineSeparator()));
        return text.append("outputs ").append(outputs.values()).toString();
    }
}
