package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.op.Masking;

/** Removes dropout, which changes nothing in a prediction. */
public final class DropMasks {

    private DropMasks() {}

    /** The graph without its {@link Masking} nodes. All other values keep their ids. */
    public static Graph apply(Graph graph) {
        return Bypass.apply(graph, node -> node.op() instanceof Masking);
    }
}
