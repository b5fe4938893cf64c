package io.github.bn4j.inside.internal;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import java.util.Collection;

/** How many examples are computed at once, so that what a program holds of them stays below 64 MB in float32. */
final class ChunkSize {

    private static final int MOST = 256;
    private static final long ELEMENTS = 1L << 24;

    private ChunkSize() {}

    /** For a program that holds all values of a graph. */
    static int ofAllValues(Graph graph) {
        return of(graph.nodes().stream().map(Node::output).toList());
    }

    /** For a program that holds these. */
    static int of(Collection<Value> values) {
        double each = 1;
        for (Value value : values) {
            each += value.shape().size();
        }
        return (int) Math.max(1, Math.min(MOST, ELEMENTS / each));
    }
}
