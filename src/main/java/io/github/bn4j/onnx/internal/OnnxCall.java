package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.NodeProto;
import org.jspecify.annotations.Nullable;

/** A node of the file while it is read: what goes in, and ways to say what comes out. */
final class OnnxCall {

    private final NodeProto node;
    private final OnnxNames names;
    private final ImportedGraph graph;
    private final Attributes attributes;
    private @Nullable String path;
    private @Nullable String parameterName;
    private String became = "";

    OnnxCall(NodeProto node, OnnxNames names, ImportedGraph graph) {
        this.node = node;
        this.names = names;
        this.graph = graph;
        this.attributes = new Attributes(node);
    }

    String operator() {
        return node.getOpType();
    }

    int opset() {
        return names.file().opset();
    }

    OnnxNames names() {
        return names;
    }

    ImportedGraph graph() {
        return graph;
    }

    Attributes attributes() {
        return attributes;
    }

    NodeProto node() {
        return node;
    }

    // What goes in.

    int inputs() {
        return node.getInputCount();
    }

    boolean has(int index) {
        return index < node.getInputCount() && !node.getInput(index).isEmpty();
    }

    /** The name of an input. */
    String input(int index) {
        if (!has(index)) {
            throw new NodeRefusal("expects an input " + index + " but got " + inputs() + " inputs");
        }
        return node.getInput(index);
    }

    Operand operand(int index) {
        return names.operand(input(index));
    }

    boolean isSignal(int index) {
        return has(index) && operand(index) instanceof Signal;
    }

    Signal signal(int index) {
        if (operand(index) instanceof Signal signal) {
            return signal;
        }
        throw new NodeRefusal("expects input " + index + " that differs per example but got " + operand(index));
    }

    /** An input with its axes as in the file. */
    Value value(int index) {
        return graph.inOrder(signal(index));
    }

    Constant constant(int index) {
        if (operand(index) instanceof Constant constant) {
            return constant;
        }
        throw new NodeRefusal(
                "expects a constant as input " + index + " but got " + operand(index) + ", which differs per example");
    }

    Optional<Constant> optional(int index) {
        return has(index) ? Optional.of(constant(index)) : Optional.empty();
    }

    /** A parameter of the layer, after which it is called. */
    Constant parameter(int index) {
        Constant constant = constant(index);
        if (constant.isWhole()) {
            throw new NodeRefusal("expects floating-point numbers as input " + index + " but got " + constant);
        }
        if (parameterName == null) {
            parameterName = input(index);
        }
        return constant;
    }

    /** Whole numbers that later operators take as an input and earlier ones as an attribute; none if neither is there. */
    Optional<long[]> list(int index, String attribute) {
        if (attributes.has(attribute)) {
            return Optional.of(attributes.list(attribute));
        }
        return optional(index).map(OnnxCall::whole);
    }

    static long[] whole(Constant constant) {
        if (!constant.isWhole()) {
            throw new NodeRefusal("expects whole numbers but got " + constant);
        }
        return constant.whole();
    }

    /** A number that later operators take as an input and earlier ones as an attribute. */
    double number(int index, String attribute, double otherwise) {
        double told = attributes.number(attribute, otherwise);
        return optional(index).map(this::number).orElse(told);
    }

    /** The only element of a constant, by its shortest decimal in float32. */
    double number(Constant constant) {
        if (constant.length() != 1) {
            throw new NodeRefusal("expects one number but got " + constant);
        }
        double value = constant.doubles()[0];
        return value == (float) value ? Attributes.shortest((float) value) : value;
    }

    /** Whether only this node sees an input, so that it may be changed. */
    boolean seesAlone(int index) {
        return names.uses(input(index)) == 1;
    }

    /** Whether the result only serves as numbers of rows or classes. */
    boolean feedsNumbers() {
        return names.consumers(node.getOutput(0)).stream()
                .allMatch(consumer -> consumer.getOpType().equals("Gather"));
    }

    /** Whether something needs a result, by its number. */
    boolean asksFor(int output) {
        return output < node.getOutputCount()
                && !node.getOutput(output).isEmpty()
                && names.uses(node.getOutput(output)) > 0;
    }

    /** An axis of a tensor of some rank, counted from the front; never that of the batch. */
    static int axis(long axis, int rank) {
        long counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new NodeRefusal("expects an axis below " + rank + " but got " + axis);
        }
        if (counted == 0) {
            throw new NodeRefusal("expects axes of single examples but got axis 0, which is the batch");
        }
        return (int) counted;
    }

    /** What the file says more of the op that this was, if it was of a kind. */
    <T extends Op> Optional<T> note(Class<T> kind) {
        return names.notes().of(node.getOutput(0), kind);
    }

    // What comes out.

    /** The path of the layer that the node becomes. */
    String path() {
        if (path == null) {
            String module = parameterName == null ? "" : LayerPaths.module(parameterName);
            String name = node.getName().isEmpty() ? "" : LayerPaths.ofNode(node.getName(), operator());
            String wanted = !module.isEmpty() ? module : name;
            path = graph.paths().fresh(wanted.isEmpty() ? operator().toLowerCase(Locale.ROOT) + "_1" : wanted);
        }
        return path;
    }

    /** Says that the node becomes part of another layer. */
    void joins(String other) {
        became = "part of " + graph.settled(other);
    }

    void became(String words) {
        became = words;
    }

    /** What became of the node, once the network is finished. */
    String became() {
        if (!became.isEmpty() || path == null) {
            return became;
        }
        String description = graph.description(path);
        return description.isEmpty() ? "" : graph.settled(path) + " " + description;
    }

    /** Traces a layer and gives its parameters their values, by the last words of their names. */
    Value layer(Layer layer, Value x, Map<String, Constant> values) {
        int before = graph.tracer().nodes().size();
        Value result = graph.trace(path(), layer.toString(), layer, x);
        List<Node> nodes = graph.tracer().nodes();
        for (Node node : nodes.subList(before, nodes.size())) {
            for (Parameter parameter : node.parameters()) {
                Constant constant = values.get(parameter.name().substring(path().length() + 1));
                if (constant != null) {
                    set(parameter, constant);
                }
            }
        }
        return result;
    }

    Value layer(Layer layer, Value x) {
        return layer(layer, x, Map.of());
    }

    private void set(Parameter parameter, Constant constant) {
        if (!Arrays.equals(parameter.shape().dims(), constant.dims())) {
            throw new NodeRefusal("expects " + parameter.shape() + " for its input but got " + constant);
        }
        graph.set(parameter.name(), constant.array(graph.type()), constant.name());
    }

    Value apply(Op op, Value... inputs) {
        return graph.apply(path(), op, inputs);
    }

    Value reshaped(Value value, long... dims) {
        return graph.reshaped(path(), value, Shape.of(dims));
    }

    /** An op with one parameter of its own. */
    Value apply(Op op, Value x, String word, Shape shape, boolean trained, Constant value) {
        Scope scope = graph.scope(path(), op.label());
        Parameter parameter = trained
                ? scope.vector(word, shape, Initializer.constant(0))
                : scope.state(word, shape, Initializer.constant(0));
        set(parameter, value.reshaped(shape.dims()));
        return scope.apply(op, List.of(x), List.of(parameter));
    }
}
