package io.github.bn4j.rewrite;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Removes biases from a graph. All other values keep their ids, so random masks stay as they were. */
public final class DropBiases {

    private DropBiases() {}

    /**
     * The graph without the {@link AddBias} nodes of the given parameters.
     *
     * @param graph the graph as traced
     * @param dropped names of bias parameters
     */
    public static Graph apply(Graph graph, Set<String> dropped) {
        Map<Value, Value> replaced = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            List<Value> inputs = node.inputs().stream()
                    .map(value -> replaced.getOrDefault(value, value))
                    .toList();
            if (node.op() instanceof AddBias
                    && dropped.contains(node.parameters().get(0).name())) {
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
