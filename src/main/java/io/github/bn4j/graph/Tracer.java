package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the nodes of a new graph while layers are traced into it. Not thread-safe. */
public final class Tracer {

    private final Map<String, Value> inputs = new LinkedHashMap<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<Integer, Value> values = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, String> layers = new LinkedHashMap<>();
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Scope scope = new Scope(this, "");
    private int nextId;

    /** Starts an empty graph. */
    public Tracer() {}

    /** Continues {@code graph}: its inputs, nodes and parameters are there already, its outputs are not. */
    public Tracer(Graph graph) {
        inputs.putAll(graph.inputs());
        nodes.addAll(graph.nodes());
        layers.putAll(graph.layers());
        graph.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        graph.inputs().values().forEach(this::know);
        graph.nodes().forEach(node -> know(node.output()));
    }

    private void know(Value value) {
        values.put(value.id(), value);
        nextId = Math.max(nextId, value.id() + 1);
    }

    /**
     * A new input.
     *
     * @throws IllegalArgumentException if the graph has an input of that name
     */
    public Value input(String name, Shape shape) {
        checkArgument(
                !inputs.containsKey(name), "Graph expects distinct input names but got \"%s\" twice; rename one", name);
        Value value = newValue(name, shape);
        inputs.put(name, value);
        return value;
    }

    /**
     * Asks for {@code value} as an output.
     *
     * @throws IllegalArgumentException if the graph has an output of that name, or the value is not of this graph
     */
    public void output(String name, Value value) {
        checkArgument(
                !outputs.containsKey(name),
                "Graph expects distinct output names but got \"%s\" twice; give one a name of its own, as in build(a, named(\"other\", b))",
                name);
        requireOwn(value);
        outputs.put(name, value);
    }

    /** The scope of the whole graph, which layers are called in. */
    public Scope scope() {
        return scope;
    }

    /**
     * The scope of a layer by its whole path, in which dots separate blocks: for graphs that are read rather than built.
     *
     * @param description what tables say of the layer, unless it is there already
     */
    public Scope scope(String path, String description) {
        checkArgument(!path.isEmpty(), "Graph expects the path of a layer but got \"\"; give it a name");
        layer(path, description);
        return new Scope(this, path);
    }

    /** The nodes as traced so far; grows with the graph. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** The graph as traced so far. */
    public Graph graph() {
        return new Graph(inputs, nodes, outputs, layers);
    }

    Value apply(String layer, Op op, List<Value> operands, List<Parameter> operandParameters) {
        operands.forEach(this::requireOwn);
        Shape shape =
                Operands.outputShape(op, operands.stream().map(Value::shape).toList(), operandParameters);
        Value output = newValue(layer, shape);
        nodes.add(new Node(op, layer, operands, operandParameters, output));
        return output;
    }

    Parameter parameter(Parameter wanted) {
        Parameter first = parameters.putIfAbsent(wanted.name(), wanted);
        if (first == null) {
            return wanted;
        }
        if (!first.shape().equals(wanted.shape())) {
            throw ShapeException.expected(
                    "parameter \"" + wanted.name() + "\" " + first.shape() + " as in the layer's first call",
                    wanted.shape(),
                    "share a layer only between inputs of the same shape");
        }
        return first;
    }

    void layer(String path, String description) {
        layers.putIfAbsent(path, description);
    }

    boolean hasLayer(String path) {
        return layers.containsKey(path);
    }

    /** What a message calls the place where {@code value} comes from. */
    String source(Value value) {
        if (inputs.containsValue(value)) {
            return "input \"" + value.name() + "\"";
        }
        @Nullable String description = layers.get(value.name());
        return "layer \"" + value.name() + "\"" + (description == null ? "" : " " + description);
    }

    /** What may help where a shape does not fit; empty if nothing is known. */
    String hint() {
        return graph().channelsLast().stream()
                .map(inputs::get)
                .map(value -> checkGiven(value, "Graph", "an input").shape())
                .map(shape -> "say input(" + shape.dim(2) + ", " + shape.dim(0) + ", " + shape.dim(1) + ") if " + shape
                        + " are height, width and channels")
                .findFirst()
                .orElse("");
    }

    private Value newValue(String name, Shape shape) {
        Value value = new Value(nextId, name, shape);
        know(value);
        return value;
    }

    // Identity on purpose: an equal value of another graph is another value.
    @SuppressWarnings("ReferenceEquality")
    private void requireOwn(Value value) {
        checkGiven(value, "Graph", "values of its own");
        checkArgument(
                values.get(value.id()) == value,
                "Graph expects values of its own but got \"%s\" of another one; build all values with the same builder",
                value);
    }
}
