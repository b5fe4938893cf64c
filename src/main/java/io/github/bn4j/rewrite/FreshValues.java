package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;

/** Values with ids that no value of a graph has. */
final class FreshValues {

    private int next;

    FreshValues(Graph graph) {
        for (Value input : graph.inputs().values()) {
            next = Math.max(next, input.id() + 1);
        }
        for (Node node : graph.nodes()) {
            next = Math.max(next, node.output().id() + 1);
        }
    }

    Value make(String name, Shape shape) {
        return new Value(next++, name, shape);
    }
}
