package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.op.BatchNormalization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes what batch normalisations do in training: what they normalise with, what they update, what they train. */
public final class SwitchBatchNorm {

    private static final String NOW = " now ";

    private SwitchBatchNorm() {}

    /**
     * The graph with changed batch normalisations. All values keep their ids and all parameters their names; gamma and beta
     * become state where they are no longer trained, and trainable where they are again.
     *
     * @param graph any graph
     * @param layers which layers to change, by path
     * @param change yields an op that takes the same parameters
     */
    public static Graph apply(Graph graph, Predicate<String> layers, UnaryOperator<BatchNormalization> change) {
        List<Node> nodes = new ArrayList<>();
        Map<String, String> descriptions = new LinkedHashMap<>(graph.layers());
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof BatchNormalization before) || !layers.test(node.layer())) {
                nodes.add(node);
                continue;
            }
            BatchNormalization after = change.apply(before);
            nodes.add(new Node(after, node.layer(), node.inputs(), parameters(node, before, after), node.output()));
            if (!after.equals(before)) {
                descriptions.computeIfPresent(
                        node.layer(), (layer, text) -> text.split(NOW, 2)[0] + NOW + describe(after));
            }
        }
        return new Graph(graph.inputs(), nodes, graph.outputs(), descriptions);
    }

    private static List<Parameter> parameters(Node node, BatchNormalization before, BatchNormalization after) {
        List<Parameter> parameters = new ArrayList<>(node.parameters());
        if (before.trainAffine() != after.trainAffine()) {
            Role role = after.trainAffine() ? Role.TRAINABLE : Role.STATE;
            parameters
                    .subList(0, after.runningMean())
                    .replaceAll(old -> new Parameter(old.name(), old.shape(), old.initializer(), role, old.decays()));
        }
        return parameters;
    }

    private static String describe(BatchNormalization op) {
        boolean frozen = op.equals(op.frozen());
        String words = frozen ? "frozen" : "by " + op.statistics().name().toLowerCase(Locale.ROOT) + " statistics";
        words += frozen || op.updateRunning() ? "" : ", running averages fixed";
        return words + (op.trainAffine() ? "" : ", gamma and beta fixed");
    }
}
