package io.github.bn4j.engine.onednn.internal.choice;

import io.github.bn4j.engine.Precision;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which calls of a graph may multiply in bfloat16. */
public final class MixedLayers {

    private MixedLayers() {}

    /** The ids of what they yield. */
    public static Set<Integer> of(Graph graph, Precision precision) {
        Set<Integer> mixed = new HashSet<>();
        if (!precision.mixed()) {
            return mixed;
        }
        List<Node> nodes = graph.nodes();
        Set<Integer> behind = new HashSet<>();
        for (Node node : nodes) {
            boolean isBehind = node.inputs().stream().anyMatch(value -> behind.contains(value.id()));
            if (isLinear(node) && !precision.keeps(node.layer()) && (isBehind || !precision.keepsFirst())) {
                mixed.add(node.output().id());
            }
            if (isLinear(node) || isBehind) {
                behind.add(node.output().id());
            }
        }
        if (precision.keepsLast()) {
            removeLast(nodes, mixed);
        }
        return mixed;
    }

    private static void removeLast(List<Node> nodes, Set<Integer> mixed) {
        Set<Integer> before = new HashSet<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            boolean isBefore = before.contains(node.output().id());
            if (!isBefore) {
                mixed.remove(node.output().id());
            }
            if (isLinear(node) || isBefore) {
                node.inputs().stream().map(Value::id).forEach(before::add);
            }
        }
    }

    private static boolean isLinear(Node node) {
        return node.linearMap().isPresent();
    }
}
