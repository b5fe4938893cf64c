package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;

/** Removes dropout, which changes nothing in a prediction. */
public final class DropMasks {

    private DropMasks() {}

    /** The graph without its ops that do something in training only. All other values keep their ids. */
    public static Graph apply(Graph graph) {
        return Bypass.apply(graph, node -> node.op().trainingOnly());
    }
}
