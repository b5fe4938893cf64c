package io.github.bn4j.onnx.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Transposition;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The network that grows while a file is read: layers, the values of their parameters, and what is worth telling. */
final class ImportedGraph {

    private final Tracer tracer = new Tracer();
    private final DataType type;
    private final LayerPaths paths = new LayerPaths();
    private final Map<String, INDArray> values = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<Integer, Node> producers = new HashMap<>();
    private final Set<String> assumptions = new LinkedHashSet<>();
    private final Map<String, String> descriptions = new HashMap<>();
    private final Map<String, String> settledPaths = new HashMap<>();
    private final Patterns patterns = new Patterns(this);
    private int known;

    ImportedGraph(DataType type) {
        this.type = type;
    }

    DataType type() {
        return type;
    }

    Tracer tracer() {
        return tracer;
    }

    LayerPaths paths() {
        return paths;
    }

    /** Says what the file leaves open. */
    void assume(String assumption) {
        assumptions.add(assumption);
    }

    List<String> assumptions() {
        return List.copyOf(assumptions);
    }

    Map<String, INDArray> values() {
        return values;
    }

    Map<String, String> sources() {
        return sources;
    }

    /** Traces a layer under a path. */
    Value trace(String path, String description, Layer layer, Value x) {
        return layer.trace(scope(path, description), x);
    }

    Scope scope(String path, String description) {
        descriptions.putIfAbsent(path, description);
        return tracer.scope(path, description);
    }

    Value apply(String path, Op op, Value... inputs) {
        return scope(path, op.label()).apply(op, List.of(inputs), List.of());
    }

    String description(String path) {
        return descriptions.getOrDefault(path, "");
    }

    Patterns patterns() {
        return patterns;
    }

    /** A function of each element, together with those before it where that is a function with a name. */
    Value function(String path, ElementwiseFunction function, Value x) {
        return function instanceof Line line ? patterns.line(path, line, x) : elementwise(path, function, x);
    }

    /** A function of each element. */
    Value elementwise(String path, ElementwiseFunction function, Value x) {
        return scope(path, Functions.description(function)).apply(new Elementwise(function), x);
    }

    /** Gives a parameter its value. */
    void set(String parameter, INDArray value, String source) {
        values.put(parameter, value);
        sources.put(parameter, source);
    }

    /** Puts a value in the place of one that a parameter has already. */
    void change(String parameter, INDArray value, String source) {
        values.put(parameter, value);
        sources.merge(parameter, source, (before, more) -> before + ", " + more);
    }

    boolean has(String parameter) {
        return values.containsKey(parameter);
    }

    INDArray value(String parameter) {
        return requireNonNull(values.get(parameter));
    }

    String source(String parameter) {
        return requireNonNull(sources.get(parameter));
    }

    /** What made a value; nothing made an input. */
    Optional<Node> producer(Value value) {
        List<Node> nodes = tracer.nodes();
        for (; known < nodes.size(); known++) {
            producers.put(nodes.get(known).output().id(), nodes.get(known));
        }
        return Optional.ofNullable(producers.get(value.id()));
    }

    /** What made a value, if it is an op of a kind. */
    <T extends Op> Optional<T> producer(Value value, Class<T> kind) {
        return producer(value).map(Node::op).filter(kind::isInstance).map(kind::cast);
    }

    /** The only input of what made a value. */
    Value before(Value value) {
        return producer(value).orElseThrow().inputs().get(0);
    }

    /** A signal with its axes in the order of the file. */
    Value inOrder(Signal signal) {
        if (signal.isInOrder()) {
            return signal.value();
        }
        return apply(paths.fresh("transposition"), new Transposition(signal.order()), signal.value());
    }

    /** The same elements under other axes; of reshapings one after another only the last one stays. */
    Value reshaped(String path, Value value, Shape shape) {
        Value source = value;
        while (producer(source, Reshaping.class).isPresent()) {
            source = before(source);
        }
        return source.shape().equals(shape) ? source : apply(path, new Reshaping(shape), source);
    }

    /** The part of the graph that computes the outputs. */
    Graph finished(Map<String, Value> outputs) {
        Graph whole = tracer.graph().withOutputs(outputs);
        Set<Value> used = new LinkedHashSet<>(outputs.values());
        Set<String> layers = new LinkedHashSet<>();
        for (Node node : whole.nodes()) {
            used.addAll(node.inputs());
            layers.add(node.layer());
        }
        Map<String, Value> inputs = new LinkedHashMap<>(whole.inputs());
        inputs.values().retainAll(used);
        Map<String, String> described = new LinkedHashMap<>(whole.layers());
        described.keySet().retainAll(layers);
        settledPaths.putAll(paths.settled(layers));
        return settled(new Graph(inputs, whole.nodes(), outputs, described), settledPaths);
    }

    /** The path that a layer has in the finished graph; of one that is not in it, the path that it had. */
    String settled(String path) {
        return settledPaths.getOrDefault(path, path);
    }

    /** The graph with other paths of its layers, and its parameters' values by their names in it. */
    private Graph settled(Graph graph, Map<String, String> settled) {
        Map<Value, Value> renamed = new HashMap<>();
        graph.inputs().values().forEach(input -> renamed.put(input, input));
        Map<String, String> layers = new LinkedHashMap<>();
        graph.layers().forEach((path, text) -> layers.put(settled.getOrDefault(path, path), text));
        Map<String, INDArray> named = new LinkedHashMap<>();
        Map<String, String> told = new LinkedHashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            String path = requireNonNull(settled.get(node.layer()));
            List<Parameter> parameters = new ArrayList<>();
            for (Parameter parameter : node.parameters()) {
                Parameter other = parameter.named(
                        path + parameter.name().substring(node.layer().length()));
                parameters.add(other);
                if (values.containsKey(parameter.name())) {
                    named.put(other.name(), value(parameter.name()));
                    told.put(other.name(), source(parameter.name()));
                }
            }
            Value output = node.output();
            Value other = new Value(output.id(), path, output.shape());
            renamed.put(output, other);
            List<Value> inputs = node.inputs().stream()
                    .map(input -> requireNonNull(renamed.get(input)))
                    .toList();
            nodes.add(new Node(node.op(), path, inputs, parameters, other));
        }
        values.clear();
        values.putAll(named);
        sources.clear();
        sources.putAll(told);
        Map<String, Value> outputs = new LinkedHashMap<>();
        graph.outputs().forEach((name, value) -> outputs.put(name, requireNonNull(renamed.get(value))));
        return new Graph(graph.inputs(), nodes, outputs, layers);
    }
}
