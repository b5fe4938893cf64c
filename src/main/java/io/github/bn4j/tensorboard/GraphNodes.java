package io.github.bn4j.tensorboard;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.nd4j.shade.protobuf.ByteString;
import org.tensorflow.framework.AttrValue;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;
import org.tensorflow.framework.TensorShapeProto;
import org.tensorflow.framework.VersionDef;

/**
 * A graph as TensorBoard draws it: each layer is a scope, {@code residual_1/conv2d_2}, with its ops and parameters in it.
 */
final class GraphNodes {

    /* Names are those that TensorFlow allows. Attributes are ASCII without quotes and backslashes, as the page of TensorBoard reads them
     * from text and shows escapes as they are; a single quote makes it fail. */

    private static final int PRODUCER = 22;
    private static final long ANY_NUMBER = -1;

    private final GraphDef.Builder definition =
            GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(PRODUCER));
    private final Set<String> names = new HashSet<>();
    private final Map<Value, String> values = new HashMap<>();
    private final Map<Parameter, String> parameters = new HashMap<>();

    private GraphNodes() {}

    static GraphDef of(Graph graph) {
        GraphNodes nodes = new GraphNodes();
        graph.inputs().forEach(nodes::addInput);
        graph.nodes().forEach(node -> nodes.addNode(graph, node));
        graph.outputs().forEach(nodes::addOutput);
        return nodes.definition.build();
    }

    private void addInput(String name, Value value) {
        values.put(value, add("inputs/" + name, "Placeholder", shapes(value.shape(), true)));
    }

    private void addOutput(String name, Value value) {
        NodeDef.Builder node = shapes(value.shape(), true).addInput(name(value));
        String ignored = add("outputs/" + name, "Output", node);
    }

    private void addNode(Graph graph, Node node) {
        NodeDef.Builder built = shapes(node.output().shape(), true);
        node.inputs().forEach(value -> built.addInput(name(value)));
        node.parameters().forEach(parameter -> built.addInput(name(parameter)));
        built.putAttr("op", text(node.op().toString()));
        String description = graph.layers().get(node.layer());
        if (description != null) {
            built.putAttr("layer", text(description));
        }
        String kind = node.op().getClass().getSimpleName();
        values.put(node.output(), add(scope(node.layer()) + kind, kind.isEmpty() ? "Op" : kind, built));
    }

    private String name(Value value) {
        return values.getOrDefault(value, value.name());
    }

    private String name(Parameter parameter) {
        String known = parameters.get(parameter);
        if (known == null) {
            known = add(parameter.name().replace('.', '/'), parameter.role().name(), shapes(parameter.shape(), false));
            parameters.put(parameter, known);
        }
        return known;
    }

    private static String scope(String layer) {
        return layer.isEmpty() ? "" : layer.replace('.', '/') + "/";
    }

    /** Adds a node under a name of its own, which it returns. */
    private String add(String wanted, String op, NodeDef.Builder node) {
        String start = wanted.replaceAll("[^A-Za-z0-9_.\\-/]", "_").replaceFirst("^[^A-Za-z0-9.]", "n$0");
        String name = start;
        for (int number = 1; !names.add(name); number++) {
            name = start + "_" + number;
        }
        definition.addNode(node.setName(name).setOp(op));
        return name;
    }

    private static NodeDef.Builder shapes(Shape shape, boolean batched) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        if (batched) {
            dimensions.addDim(TensorShapeProto.Dim.newBuilder().setSize(ANY_NUMBER));
        }
        for (long size : shape.dims()) {
            dimensions.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
        }
        return NodeDef.newBuilder()
                .putAttr(
                        "_output_shapes",
                        AttrValue.newBuilder()
                                .setList(AttrValue.ListValue.newBuilder().addShape(dimensions))
                                .build());
    }

    private static AttrValue text(String text) {
        return AttrValue.newBuilder()
                .setS(ByteString.copyFromUtf8(
                        text.replace('×', 'x').replace("→", "->").replaceAll("[^ -~]|['\"\\\\]", "_")))
                .build();
    }
}
