package io.github.bn4j.inside.internal;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.rewrite.DropMasks;
import io.github.bn4j.rewrite.Freeze;
import io.github.bn4j.rewrite.SwitchBatchNorm;
import java.util.stream.Collectors;

/** Graphs that do in a training step what they do in a prediction: by running averages, and without dropout. */
final class PredictionMode {

    private PredictionMode() {}

    /** The graph with gradients by all that is trained. */
    static Graph of(Graph graph) {
        return SwitchBatchNorm.apply(DropMasks.apply(graph), any -> true, Normalization::frozen);
    }

    /** The graph with gradients by none of its parameters, which saves the time for them. */
    static Graph withoutGradients(Graph graph) {
        return of(Freeze.applyToTrainable(
                graph, graph.parameters().stream().map(Parameter::name).collect(Collectors.toSet())));
    }
}
