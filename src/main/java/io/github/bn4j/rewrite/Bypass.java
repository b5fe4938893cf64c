package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Removes nodes with one input, whose place that input takes. */
final class Bypass {

    private Bypass() {}

    /** The graph without the given nodes. All other values keep their ids, so random masks stay as they were. */
    static Graph apply(Graph graph, Predicate<Node> removed) {
        Map<Value, Value> replaced = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            List<Value> inputs = node.inputs().stream()
                    .map(value -> replaced.getOrDefault(value, value))
                    .toList();
            if (removed.test(node)) {
                replaced.put(node.output(), inputs.get(0));
            } else {
                nodes.add(new Node(node.op(), node.layer(), inputs, node.parameters(), node.output()));
            }
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        graph.outputs().forEach((name, value) -> outputs.put(name, replaced.getOrDefault(value, value)));
        return new Graph(graph.inputs(), nodes, outputs, graph.layers());
    }
}
