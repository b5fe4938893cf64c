package io.github.bn4j.norm;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Activation;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.BatchNormalization.Statistics;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.SpatialPadding;
import io.github.bn4j.op.TransposedConvolution;
import io.github.bn4j.op.Upsampling;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A gamma that a network could do without: on every path its positive scale comes, channel by channel, to a weight that can
 * take it over, or to a batch normalisation that divides it away. Leaving it out loses no function, though training goes
 * another way. A beta without use is found by the bias analysis.
 *
 * @param layer path of the batch normalisation
 * @param parameter name of the gamma
 * @param size number of its elements
 * @param takenOverBy the layers that can take over its scale, in order
 */
public record Redundancy(String layer, String parameter, long size, List<String> takenOverBy) {

    /* Conservative: only ops that are known to let a positive scale of a channel through are passed, and a weight or gamma
     * with more than one call counts for nothing, because one scale cannot serve two calls. */

    /** Copies the list. */
    public Redundancy {
        takenOverBy = List.copyOf(takenOverBy);
    }

    static List<Redundancy> of(Graph graph) {
        List<Redundancy> found = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof BatchNormalization op && op.scale() && op.trainAffine()) {
                Parameter gamma = node.parameters().get(0);
                Set<String> by = new LinkedHashSet<>();
                if (calls(graph, gamma) == 1 && isTakenOver(graph, node.output(), by)) {
                    found.add(new Redundancy(
                            node.layer(), gamma.name(), gamma.shape().size(), List.copyOf(by)));
                }
            }
        }
        return found;
    }

    private static boolean isTakenOver(Graph graph, Value scaled, Set<String> by) {
        List<Node> consumers = graph.consumers(scaled);
        if (graph.outputs().containsValue(scaled) || consumers.isEmpty()) {
            return false;
        }
        for (Node node : consumers) {
            if (takesOver(graph, node)) {
                by.add(node.layer());
            } else if (!letsScaleThrough(node) || !isTakenOver(graph, node.output(), by)) {
                return false;
            }
        }
        return true;
    }

    private static boolean takesOver(Graph graph, Node node) {
        if (node.op() instanceof BatchNormalization op) {
            return op.statistics() == Statistics.BATCH || op.statistics() == Statistics.GHOST;
        }
        boolean linear = node.op() instanceof MatrixMultiply
                || node.op() instanceof Convolution
                || node.op() instanceof TransposedConvolution;
        return linear && calls(graph, node.parameters().get(0)) == 1;
    }

    private static boolean letsScaleThrough(Node node) {
        if (node.op() instanceof Activation op) {
            return op.function() == Activation.Function.RELU || op.function() == Activation.Function.LEAKY_RELU;
        }
        return node.op() instanceof MaxPooling
                || node.op() instanceof AveragePooling
                || node.op() instanceof GlobalAveragePooling
                || node.op() instanceof Reshaping
                || node.op() instanceof Slicing
                || node.op() instanceof SpatialPadding
                || node.op() instanceof Upsampling
                || node.op() instanceof Masking
                || node.op() instanceof Concatenation;
    }

    private static long calls(Graph graph, Parameter parameter) {
        return graph.nodes().stream()
                .filter(node -> node.parameters().contains(parameter))
                .count();
    }

    @Override
    public String toString() {
        return parameter + " could be left out: " + String.join(", ", takenOverBy) + " can scale as well";
    }
}
