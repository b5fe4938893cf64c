package io.github.bn4j.engine.internal.reference;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import java.util.HashSet;
import java.util.Set;

/** Which values of a graph a backward pass has to reach: those that depend on a trained parameter. */
public final class GradientFlow {

    private final Set<Integer> wanted = new HashSet<>();

    /** Follows the trained parameters of a graph. */
    public GradientFlow(Graph graph) {
        for (Node node : graph.nodes()) {
            if (node.parameters().stream().anyMatch(Parameter::trainable)
                    || node.inputs().stream().anyMatch(this::reaches)) {
                wanted.add(node.output().id());
            }
        }
    }

    /** Whether a gradient by the value is needed. */
    public boolean reaches(Value value) {
        return wanted.contains(value.id());
    }
}
