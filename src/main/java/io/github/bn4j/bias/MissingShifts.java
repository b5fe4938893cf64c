package io.github.bn4j.bias;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Softmax;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The converse mistake: a layer without bias, and no learned shift behind it before an activation or output. */
final class MissingShifts {

    /* Walks backward like the fates: what is the first activation or output that can be reached from a value without
     * passing a learned shift? An op that says nothing about shifts may well add one, so nothing is claimed behind it. */

    private final Graph graph;
    private final Set<String> absent;
    private final Map<Integer, String> reached = new HashMap<>();

    MissingShifts(Graph graph, Set<String> absent) {
        this.graph = graph;
        this.absent = absent;
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Value value = nodes.get(i).output();
            String place = graph.outputs().containsValue(value) ? "output" : firstReached(value);
            if (place != null) {
                reached.put(value.id(), place);
            }
        }
    }

    private @Nullable String firstReached(Value value) {
        for (Node consumer : graph.consumers(value)) {
            String place = through(consumer);
            if (place != null) {
                return place;
            }
        }
        return null;
    }

    private @Nullable String through(Node node) {
        Op op = node.op();
        if (isActivation(op)) {
            return node.layer();
        }
        boolean ours = op.getClass().getPackage() == Elementwise.class.getPackage() || op instanceof AddBias;
        return !ours || addsLearnedShift(node)
                ? null
                : reached.get(node.output().id());
    }

    private static boolean isActivation(Op op) {
        return (op instanceof Elementwise elementwise && !elementwise.function().affine())
                || op instanceof Softmax
                || op instanceof LogSoftmax;
    }

    private boolean addsLearnedShift(Node node) {
        if (node.op().shiftParameter() < 0) {
            return false;
        }
        boolean fixed = node.op() instanceof BatchNormalization norm && !norm.trainAffine();
        return !fixed
                && !absent.contains(
                        node.parameters().get(node.op().shiftParameter()).name());
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof AddBias)) {
                continue;
            }
            Parameter bias = node.parameters().get(0);
            String place = reached.get(node.output().id());
            if (absent.contains(bias.name()) && place != null && seen.add(bias.name())) {
                String text = node.layer() + " has no bias, and nothing behind it adds a learned shift before "
                        + (place.equals("output") ? "an output" : place)
                        + "; switch on its bias or the beta behind it";
                findings.add(new Finding(
                        Finding.Kind.MISSING_SHIFT,
                        node.layer(),
                        bias.name(),
                        bias.shape().size(),
                        text));
            }
        }
        return findings;
    }
}
