package io.github.bn4j.bias;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Value;
import io.github.bn4j.text.Finding;
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
        if (node.op().nonlinearity().isPresent()) {
            return node.layer();
        }
        boolean known = !node.shiftEffect(0, Shift.PER_CHANNEL).equals(ShiftEffect.UNKNOWN);
        return !known || addsLearnedShift(node)
                ? null
                : reached.get(node.output().id());
    }

    private boolean addsLearnedShift(Node node) {
        return node.shift()
                .filter(shift -> shift.role() == Role.TRAINABLE && !absent.contains(shift.name()))
                .isPresent();
    }

    List<Finding<BiasFinding>> findings() {
        List<Finding<BiasFinding>> findings = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Node node : graph.nodes()) {
            Parameter bias = node.bias().orElse(null);
            String place = reached.get(node.output().id());
            if (bias != null && absent.contains(bias.name()) && place != null && seen.add(bias.name())) {
                String text = node.layer() + " has no bias, and nothing behind it adds a learned shift before "
                        + (place.equals("output") ? "an output" : place)
                        + "; switch on its bias or the beta behind it";
                findings.add(Finding.ofParameter(BiasFinding.MISSING_SHIFT, node.layer(), bias.name(), text));
            }
        }
        return findings;
    }
}
