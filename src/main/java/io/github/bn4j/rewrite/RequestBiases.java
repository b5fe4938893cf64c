package io.github.bn4j.rewrite;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.UseBias;
import java.util.List;
import java.util.Set;

/** Changes what layers ask for, as if they had been traced so. */
public final class RequestBiases {

    private RequestBiases() {}

    /**
     * The graph whose layers ask for some biases in another way. All values keep their ids.
     *
     * @param graph the graph with all its biases
     * @param biases names of the bias parameters that it is about
     * @param useBias what their layers shall ask for
     */
    public static Graph apply(Graph graph, Set<String> biases, UseBias useBias) {
        List<Node> nodes = graph.nodes().stream()
                .map(node -> node.bias()
                                .filter(bias -> biases.contains(bias.name()))
                                .isPresent()
                        ? new Node(new AddBias(useBias), node.layer(), node.inputs(), node.parameters(), node.output())
                        : node)
                .toList();
        return new Graph(graph.inputs(), nodes, graph.outputs(), graph.layers());
    }
}
