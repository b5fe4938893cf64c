package io.github.bn4j.norm;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Value;
import io.github.bn4j.text.Finding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Looks for gammas that a network could do without. A beta without use is found by the bias analysis. */
public final class PointlessGammas {

    private PointlessGammas() {}

    /* Conservative: only ops that are known to let a positive scale of a channel through are passed, and a weight or gamma
     * with more than one call counts for nothing, because one scale cannot serve two calls. */

    /** A finding for each of them, in the order of the graph. */
    public static List<Finding<NormFinding>> of(Graph graph) {
        List<Finding<NormFinding>> found = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Parameter gamma = node.scale().orElse(null);
            if (node.op().normalization().isPresent() && gamma != null && gamma.trainable()) {
                Set<String> by = new LinkedHashSet<>();
                if (calls(graph, gamma) == 1 && isTakenOver(graph, node.output(), by)) {
                    found.add(Finding.ofParameter(
                            NormFinding.POINTLESS_GAMMA,
                            node.layer(),
                            gamma.name(),
                            gamma.name() + " could be left out: " + String.join(", ", by) + " can scale as well"));
                }
            }
        }
        return found;
    }

    private static boolean isTakenOver(Graph graph, Value scaled, Set<String> by) {
        List<Node> consumers = graph.consumers(scaled);
        if (graph.outputs().containsValue(scaled) || consumers.isEmpty()) {
            return false;
        }
        for (Node node : consumers) {
            ScaleEffect effect = node.op().scaleEffect(node.inputs().indexOf(scaled));
            if (effect == ScaleEffect.ABSORBED || takesOver(graph, node)) {
                by.add(node.layer());
            } else if (effect == ScaleEffect.BLOCKED || !isTakenOver(graph, node.output(), by)) {
                return false;
            }
        }
        return true;
    }

    private static boolean takesOver(Graph graph, Node node) {
        return node.linearMap().isPresent() && calls(graph, node.parameters().get(0)) == 1;
    }

    private static long calls(Graph graph, Parameter parameter) {
        return graph.nodes().stream()
                .filter(node -> node.parameters().contains(parameter))
                .count();
    }
}
