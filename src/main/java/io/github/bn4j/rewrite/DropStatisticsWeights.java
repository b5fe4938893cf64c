package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import java.util.List;

/** Removes the weights of batch normalisations, which predictions do not look at. */
final class DropStatisticsWeights {

    private DropStatisticsWeights() {}

    /** The graph without what computes weights only. All inputs stay, and all other values keep their ids. */
    static Graph apply(Graph graph) {
        List<Node> nodes = graph.nodes().stream()
                .map(node -> node.op().normalization().isPresent()
                        ? new Node(
                                node.op(), node.layer(), node.inputs().subList(0, 1), node.parameters(), node.output())
                        : node)
                .toList();
        return new Graph(graph.inputs(), nodes, graph.outputs(), graph.layers()).withOutputs(graph.outputs());
    }
}
