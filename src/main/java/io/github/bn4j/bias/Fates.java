package io.github.bn4j.bias;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes, in training, of each kind of shift that arrives at each value of a graph. */
final class Fates {

    /* Walks backward once and asks of each value: which kinds of shift may arrive here without any output changing? The
     * answer for a value follows from its consumers' answers for what they make of the shift. Asking input by input is
     * enough although a shift may reach an op at several inputs: each effect holds for every value of the other inputs,
     * so the shifts can be applied one after another, and their joint effect is the join of the single ones. The walk is
     * linear in the number of edges and independent of the number of biases. */

    private static final List<Shift> KINDS = List.of(Shift.UNIFORM, Shift.PER_CHANNEL, Shift.PER_POSITION, Shift.ANY);

    private final Graph graph;
    private final Map<Integer, Map<Shift, Fate>> byValue = new HashMap<>();

    /**
     * What becomes of a shift.
     *
     * @param harmless whether no output changes
     * @param shown whether the value is an output itself
     * @param routes what each use of the value makes of it, in the order of the graph
     */
    record Fate(boolean harmless, boolean shown, List<Route> routes) {}

    /**
     * What one use of a value makes of a shift.
     *
     * @param through the node that uses the value
     * @param stop the same in words
     * @param next what becomes of the result; null where nothing is left of it
     */
    record Route(Node through, Stop stop, @Nullable Fate next) {

        boolean harmless() {
            return next == null || next.harmless();
        }
    }

    Fates(Graph graph) {
        this.graph = graph;
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Value value = nodes.get(i).output();
            Map<Shift, Fate> fates = new EnumMap<>(Shift.class);
            for (Shift kind : KINDS) {
                fates.put(kind, judge(value, kind));
            }
            byValue.put(value.id(), fates);
        }
    }

    /** The fate of a shift at the output of a node. */
    Fate of(Value value, Shift shift) {
        return requireNonNull(requireNonNull(byValue.get(value.id())).get(shift.of(value.shape())));
    }

    private Fate judge(Value value, Shift shift) {
        boolean shown = graph.outputs().containsValue(value);
        boolean harmless = !shown;
        List<Route> routes = new ArrayList<>();
        for (Node consumer : graph.consumers(value)) {
            for (int input = 0; input < consumer.inputs().size(); input++) {
                if (consumer.inputs().get(input).equals(value)) {
                    Route route = through(consumer, input, shift);
                    harmless &= route.harmless();
                    routes.add(route);
                }
            }
        }
        return new Fate(harmless, shown, List.copyOf(routes));
    }

    private Route through(Node node, int input, Shift shift) {
        // What may be shifted in any way is harmless only where it leads to no output; no op is asked about it.
        ShiftEffect effect = shift == Shift.ANY
                ? ShiftEffect.blocks("passes it on")
                : node.shiftEffect(input, shift.of(node.inputs().get(input).shape()));
        Shift result = effect.result().of(node.output().shape());
        Stop stop = new Stop(node.layer(), node.op().label(), result, effect.because());
        return new Route(node, stop, result == Shift.NONE ? null : of(node.output(), result));
    }
}
