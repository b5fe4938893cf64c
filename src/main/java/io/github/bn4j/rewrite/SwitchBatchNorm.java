package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes what batch normalisations do in training: what they normalise with, what they update, what they train. */
public final class SwitchBatchNorm {

    private static final String NOW = " now ";

    private SwitchBatchNorm() {}

    /**
     * The graph with changed batch normalisations. All values keep their ids and all parameters their names; gamma and beta
     * become state where they are no longer trained, and trainable where they are again. Running averages that move again are not
     * frozen any more.
     *
     * @param graph any graph
     * @param layers which layers to change, by path
     * @param change yields the switches that a batch normalisation has then
     */
    public static Graph apply(Graph graph, Predicate<String> layers, UnaryOperator<Normalization> change) {
        List<Node> nodes = new ArrayList<>();
        Map<String, String> descriptions = new LinkedHashMap<>(graph.layers());
        for (Node node : graph.nodes()) {
            Normalization before = node.op().normalization().orElse(null);
            if (before == null || !layers.test(node.layer())) {
                nodes.add(node);
                continue;
            }
            Normalization after = change.apply(before);
            Op op = after.equals(before) ? node.op() : node.op().normalization(after);
            nodes.add(new Node(op, node.layer(), node.inputs(), parameters(node, after), node.output()));
            if (!after.equals(before)) {
                descriptions.computeIfPresent(
                        node.layer(), (layer, text) -> text.split(NOW, 2)[0] + NOW + describe(after));
            }
        }
        return new Graph(graph.inputs(), nodes, graph.outputs(), descriptions);
    }

    private static List<Parameter> parameters(Node node, Normalization after) {
        Role role = after.trainAffine() ? Role.TRAINABLE : Role.STATE;
        Set<Parameter> affine = new HashSet<>();
        node.scale().ifPresent(affine::add);
        node.shift().ifPresent(affine::add);
        return node.parameters().stream()
                .map(old -> affine.contains(old)
                        ? old.role(role)
                        : old.frozen(old.frozen() && !after.averages().update()))
                .toList();
    }

    private static String describe(Normalization op) {
        boolean frozen = op.statistics().areRunning() && !op.averages().update();
        String words = frozen ? "frozen" : "by " + op.statistics();
        words += frozen || op.averages().update() ? "" : ", running averages fixed";
        return words + (op.trainAffine() ? "" : ", gamma and beta fixed");
    }
}
