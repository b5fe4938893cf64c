package io.github.bn4j.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Listing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The op graph as JSON. Initialisers are not kept: a file has the values. */
final class GraphJson {

    /** Half of all numbers, so that whoever goes on with a graph has as many for new values. */
    private static final int LARGEST_ID = Integer.MAX_VALUE / 2;

    /** Said of parameters that are. */
    private static final String FROZEN = "frozen";

    private GraphJson() {}

    static String write(Graph graph) {
        JsonObject inputs = new JsonObject();
        graph.inputs().forEach((name, value) -> inputs.add(name, of(value)));
        JsonArray nodes = new JsonArray();
        graph.nodes().forEach(node -> nodes.add(of(node)));
        JsonObject outputs = new JsonObject();
        graph.outputs().forEach((name, value) -> outputs.addProperty(name, value.id()));
        JsonObject layers = new JsonObject();
        graph.layers().forEach(layers::addProperty);
        JsonArray parameters = new JsonArray();
        Set<String> names = new HashSet<>();
        for (Parameter parameter : graph.parameters()) {
            if (!names.add(parameter.name())) {
                throw new CheckpointException("Network.save expects distinct parameter names but got \""
                        + parameter.name() + "\" twice; give every layer a name of its own");
            }
            parameters.add(of(parameter));
        }
        JsonObject json = new JsonObject();
        json.add("inputs", inputs);
        json.add("nodes", nodes);
        json.add("outputs", outputs);
        json.add("layers", layers);
        json.add("parameters", parameters);
        return Json.text(json);
    }

    private static JsonObject of(Value value) {
        JsonObject json = new JsonObject();
        json.addProperty("id", value.id());
        json.addProperty("name", value.name());
        json.add("shape", Json.of(value.shape()));
        return json;
    }

    private static JsonObject of(Parameter parameter) {
        JsonObject json = new JsonObject();
        json.addProperty("name", parameter.name());
        json.add("shape", Json.of(parameter.shape()));
        json.addProperty("role", parameter.role().name());
        json.addProperty("decays", parameter.decays());
        if (parameter.frozen()) {
            json.addProperty(FROZEN, true);
        }
        return json;
    }

    private static JsonObject of(Node node) {
        JsonObject json = new JsonObject();
        OpJson.write(node.op(), json);
        json.addProperty("layer", node.layer());
        JsonArray inputs = new JsonArray();
        node.inputs().forEach(value -> inputs.add(value.id()));
        json.add("inputs", inputs);
        JsonArray parameters = new JsonArray();
        node.parameters().forEach(parameter -> parameters.add(parameter.name()));
        json.add("parameters", parameters);
        json.add("output", of(node.output()));
        return json;
    }

    static Graph read(Json json, OpJson ops) {
        Map<Long, Value> values = new HashMap<>();
        Map<String, Value> inputs = new LinkedHashMap<>();
        json.at("inputs").members().forEach((name, value) -> inputs.put(name, value(value, values)));
        Map<String, Parameter> parameters = parameters(json.at("parameters"));
        List<Node> nodes = new ArrayList<>();
        json.at("nodes").items().forEach(node -> nodes.add(node(node, ops, values, parameters)));
        Map<String, Value> outputs = new LinkedHashMap<>();
        json.at("outputs").members().forEach((name, id) -> outputs.put(name, known(id, values)));
        if (outputs.isEmpty()) {
            throw json.at("outputs").wrong("at least one output");
        }
        Map<String, String> layers = new LinkedHashMap<>();
        json.at("layers").members().forEach((path, text) -> layers.put(path, text.string()));
        return new Graph(inputs, nodes, outputs, layers);
    }

    private static Value value(Json json, Map<Long, Value> values) {
        Json id = json.at("id");
        Value value = new Value(
                (int) id.whole(0, LARGEST_ID),
                json.at("name").string(),
                json.at("shape").shape());
        if (values.putIfAbsent((long) value.id(), value) != null) {
            throw id.wrong("a new id");
        }
        return value;
    }

    private static Value known(Json id, Map<Long, Value> values) {
        Value value = values.get(id.whole(0, LARGEST_ID));
        if (value == null) {
            throw id.wrong("the id of a value before it");
        }
        return value;
    }

    private static Map<String, Parameter> parameters(Json json) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        for (Json item : json.items()) {
            Parameter parameter = new Parameter(
                    item.at("name").string(),
                    item.at("shape").shape(),
                    Initializer.constant(0),
                    (Role) RecordReader.constant(item.at("role"), Role.class),
                    item.at("decays").bool(),
                    item.has(FROZEN) && item.at(FROZEN).bool());
            if (parameters.put(parameter.name(), parameter) != null) {
                throw item.at("name").wrong("a new name");
            }
        }
        return parameters;
    }

    private static Node node(Json json, OpJson ops, Map<Long, Value> values, Map<String, Parameter> parameters) {
        Op op = ops.read(json);
        List<Value> inputs =
                json.at("inputs").items().stream().map(id -> known(id, values)).toList();
        List<Parameter> used = new ArrayList<>();
        for (Json name : json.at("parameters").items()) {
            Parameter parameter = parameters.get(name.string());
            if (parameter == null) {
                throw name.wrong("the name of a parameter");
            }
            used.add(parameter);
        }
        Value output = value(json.at("output"), values);
        Node node = new Node(op, json.at("layer").string(), inputs, used, output);
        checkShape(node, json);
        return node;
    }

    private static void checkShape(Node node, Json json) {
        Shape shape;
        try {
            shape = Operands.outputShape(node.op(), node.inputShapes(), node.parameters());
            Operands.requireRoles(node.op(), node.parameters());
        } catch (RuntimeException e) {
            // Whatever a stranger's op makes of operands that it does not expect.
            throw json.source()
                    .damaged(
                            "operands that op " + node.op().label() + " can work with as " + json.where(),
                            Listing.of(node.inputShapes()) + " and " + Listing.of(node.parameters()) + " ("
                                    + e.getMessage() + ")",
                            e);
        }
        if (!shape.equals(node.output().shape())) {
            throw json.at("output")
                    .at("shape")
                    .wrong(shape + ", the shape that op " + node.op().label() + " yields,");
        }
    }
}
