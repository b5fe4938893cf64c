package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Role;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The state of ops, which what they measure in a step moves: they know how. */
final class RunningStatistics {

    private RunningStatistics() {}

    /** The state that steps may change, as views. */
    static List<INDArray> moved(Graph graph, Parameters parameters) {
        return graph.nodes().stream()
                .filter(node -> !isFrozen(node)
                        && node.op()
                                .normalization()
                                .map(norm -> norm.averages().update())
                                .orElse(true))
                .flatMap(node -> node.parameters().stream())
                .filter(parameter -> parameter.role() == Role.STATE)
                .distinct()
                .map(parameter -> parameters.get(parameter.name()))
                .toList();
    }

    private static boolean isFrozen(Node node) {
        return node.parameters().stream().anyMatch(parameter -> parameter.role() == Role.STATE && parameter.frozen());
    }

    static void commit(Parameters parameters, List<BatchStatistics> statistics) {
        for (BatchStatistics measured : statistics) {
            Node node = measured.node();
            if (!isFrozen(node)) {
                node.op()
                        .update(
                                new Measured(measured.mean(), measured.variance(), measured.count()),
                                node.values(parameters));
            }
        }
    }
}
