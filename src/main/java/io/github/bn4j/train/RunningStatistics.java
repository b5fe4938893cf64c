package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Role;
import java.util.List;

/** Hands what the ops of a step measured to those ops, which know what it does to their state. */
final class RunningStatistics {

    private RunningStatistics() {}

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
