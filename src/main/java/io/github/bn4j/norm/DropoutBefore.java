package io.github.bn4j.norm;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which dropout reaches a batch normalisation with no other normalisation between. */
final class DropoutBefore {

    private DropoutBefore() {}

    /** The paths of its layers, in the order of the graph, by the path of the batch normalisation. */
    static Map<String, List<String>> of(Graph graph) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op().normalization().isPresent()) {
                Set<Node> before = before(graph, node);
                all.put(
                        node.layer(),
                        graph.nodes().stream()
                                .filter(before::contains)
                                .map(Node::layer)
                                .distinct()
                                .toList());
            }
        }
        return all;
    }

    private static Set<Node> before(Graph graph, Node norm) {
        Set<Node> found = new LinkedHashSet<>();
        Set<Value> seen = new HashSet<>();
        Deque<Value> open = new ArrayDeque<>(List.of(norm.inputs().get(0)));
        while (!open.isEmpty()) {
            Value value = open.pop();
            Node producer = graph.producer(value);
            if (producer == null || !seen.add(value) || producer.op().normalises()) {
                continue;
            }
            if (producer.op().trainingOnly()) {
                found.add(producer);
            }
            open.addAll(producer.inputs());
        }
        return found;
    }
}
