package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.rewrite.UnfoldBatchNorm;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Guesses which batch norms an exporter has folded away. */
public final class FoldedNorms {

    private FoldedNorms() {}

    /**
     * The biases that stand where an exporter leaves one when it folds a batch norm away. Biases that a module had are called so, and
     * others were made by an exporter; where no batch norm is left at all, each may have been made.
     *
     * @param graph what was read
     * @param source the name in the file of a parameter of the graph; empty if it has none
     */
    public static List<String> biases(Graph graph, UnaryOperator<String> source) {
        Set<String> places = UnfoldBatchNorm.places(graph).keySet();
        boolean hasNorms = graph.nodes().stream()
                .anyMatch(node -> node.op().normalization().isPresent());
        List<String> made = places.stream()
                .filter(bias ->
                        !source.apply(bias).isEmpty() && !source.apply(bias).endsWith(".bias"))
                .toList();
        return made.isEmpty() && !hasNorms ? List.copyOf(places) : made;
    }
}
