package io.github.bn4j.bias;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the biases that no output depends on in training, by data flow over the whole graph.
 *
 * <p>A bias shifts its value by one constant per channel. Each op says what becomes of a shift at one of its inputs. Where
 * a value is used several times, every use must make the shift disappear.
 */
public final class BiasAnalysis {

    /* Walks backward once and asks of each value: which kinds of shift may arrive here without any output changing? The
     * answer for a value follows from its consumers' answers for what they make of the shift. Asking input by input is
     * enough although a shift may reach an op at several inputs: each effect holds for every value of the other inputs,
     * so the shifts can be applied one after another, and their joint effect is the join of the single ones. The walk is
     * linear in the number of edges and independent of the number of biases. */

    private static final Shift[] KINDS = {Shift.UNIFORM, Shift.PER_CHANNEL, Shift.PER_POSITION};

    private final Graph graph;
    private final Map<Value, Map<Shift, Fate>> fates = new HashMap<>();

    /** What becomes of a shift: harmless or not, and the way to where it ends or escapes. */
    private record Fate(boolean harmless, String because, @Nullable Node through, @Nullable Fate next) {

        String path() {
            List<String> stops = new ArrayList<>();
            for (Fate fate = this; fate != null; fate = fate.next) {
                if (fate.through != null && !(fate.through.op() instanceof AddBias)) {
                    stops.add(fate.through.layer());
                }
            }
            return stops.isEmpty() ? "straight to an output" : "→ " + String.join(" → ", stops);
        }

        String end() {
            Fate last = this;
            while (last.next != null) {
                last = last.next;
            }
            return last.because;
        }
    }

    private BiasAnalysis(Graph graph) {
        this.graph = graph;
    }

    /**
     * Decides about every bias of a graph.
     *
     * @param graph the graph as traced, with all its {@link AddBias} nodes
     */
    public static BiasReport of(Graph graph) {
        return new BiasAnalysis(graph).report();
    }

    private BiasReport report() {
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            judge(nodes.get(i).output());
        }
        Map<Parameter, List<Node>> sites = new LinkedHashMap<>();
        for (Node node : nodes) {
            if (node.op() instanceof AddBias) {
                sites.computeIfAbsent(node.parameters().get(0), any -> new ArrayList<>())
                        .add(node);
            }
        }
        return new BiasReport(sites.entrySet().stream()
                .map(entry -> decide(entry.getKey(), entry.getValue()))
                .toList());
    }

    // A layer that is called several times needs its bias if one of the calls does.
    private BiasDecision decide(Parameter bias, List<Node> calls) {
        Fate fate = fate(calls.get(0).output(), Shift.PER_CHANNEL);
        for (Node call : calls) {
            Fate other = fate(call.output(), Shift.PER_CHANNEL);
            if (!other.harmless()) {
                fate = other;
                break;
            }
        }
        return new BiasDecision(
                bias.name(),
                calls.get(0).layer(),
                ((AddBias) calls.get(0).op()).useBias(),
                fate.harmless(),
                fate.path(),
                fate.end(),
                bias.shape().size());
    }

    private Fate fate(Value value, Shift shift) {
        return requireNonNull(requireNonNull(fates.get(value)).get(shift.of(value.shape())));
    }

    private void judge(Value value) {
        Map<Shift, Fate> judged = new HashMap<>();
        for (Shift kind : KINDS) {
            judged.put(kind, fateAt(value, kind));
        }
        fates.put(value, judged);
    }

    private Fate fateAt(Value value, Shift shift) {
        if (graph.outputs().containsValue(value)) {
            return new Fate(false, "an output of the network shows it", null, null);
        }
        Fate fate = new Fate(true, "nothing uses it", null, null);
        for (Node consumer : graph.consumers(value)) {
            for (int input = 0; input < consumer.inputs().size(); input++) {
                if (consumer.inputs().get(input).equals(value)) {
                    fate = through(consumer, input, shift);
                    if (!fate.harmless()) {
                        return fate;
                    }
                }
            }
        }
        return fate;
    }

    private Fate through(Node node, int input, Shift shift) {
        List<Shape> shapes = node.inputShapes();
        ShiftEffect effect = node.op()
                .shiftEffect(
                        input,
                        shift.of(shapes.get(input)),
                        shapes,
                        node.parameters().stream().map(Parameter::shape).toList());
        Shift result = effect.result().of(node.output().shape());
        String because = node.layer() + " " + effect.because();
        return switch (result) {
            case NONE -> new Fate(true, because, node, null);
            case ANY -> new Fate(false, because, node, null);
            case UNIFORM, PER_CHANNEL, PER_POSITION -> {
                Fate next = fate(node.output(), result);
                yield new Fate(next.harmless(), because, node, next);
            }
        };
    }
}
