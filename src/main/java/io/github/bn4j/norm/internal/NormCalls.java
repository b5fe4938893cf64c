package io.github.bn4j.norm.internal;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.RunningAverages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a graph normalises by running averages. */
public final class NormCalls {

    private NormCalls() {}

    /** Calls that share their running averages, by the name of their running mean, in the order of the graph. */
    public static Map<String, List<Node>> of(Graph graph) {
        Map<String, List<Node>> norms = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op().normalization().isPresent()) {
                norms.computeIfAbsent(runningMean(node), any -> new ArrayList<>())
                        .add(node);
            }
        }
        return norms;
    }

    /** The name of the running mean of a call. */
    public static String runningMean(Node node) {
        return node.parameter(RunningAverages.MEAN).name();
    }
}
