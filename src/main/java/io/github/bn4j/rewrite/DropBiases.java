package io.github.bn4j.rewrite;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
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
        return Bypass.apply(graph, node -> node.bias()
                .filter(bias -> dropped.contains(bias.name()))
                .isPresent());
    }
}
