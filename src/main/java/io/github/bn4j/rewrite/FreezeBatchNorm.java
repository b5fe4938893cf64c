package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.op.BatchNormalization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Lets batch normalisations take their running averages in training too, and leave them as they are. */
public final class FreezeBatchNorm {

    private FreezeBatchNorm() {}

    /**
     * The graph with frozen batch normalisations. All values keep their ids and all parameters their names.
     *
     * @param graph any graph
     * @param layers which layers to freeze, by path
     */
    public static Graph apply(Graph graph, Predicate<String> layers) {
        List<Node> nodes = graph.nodes().stream()
                .map(node -> node.op() instanceof BatchNormalization op && layers.test(node.layer())
                        ? new Node(op.frozen(), node.layer(), node.inputs(), node.parameters(), node.output())
                        : node)
                .toList();
        Map<String, String> descriptions = new LinkedHashMap<>(graph.layers());
        for (int i = 0; i < nodes.size(); i++) {
            if (!nodes.get(i).op().equals(graph.nodes().get(i).op())) {
                descriptions.computeIfPresent(nodes.get(i).layer(), (layer, text) -> text + " frozen");
            }
        }
        return new Graph(graph.inputs(), nodes, graph.outputs(), descriptions);
    }
}
