package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node with those after it that are computed in the same pass over memory: a bias behind a linear map, a ReLU behind a
 * batch normalisation or a sum. Nobody else sees the values in between.
 *
 * @param node the first node
 * @param bias the bias that is added to its output
 * @param activation the function that is applied last
 * @param output what the last of them yields
 */
public record FusedCall(Node node, @Nullable Node bias, @Nullable Node activation, Value output) {

    static FusedCall of(Node node) {
        return new FusedCall(node, null, null, node.output());
    }

    Op op() {
        return node.op();
    }

    Value input(int index) {
        return node.inputs().get(index);
    }

    Parameter parameter(int index) {
        return node.parameters().get(index);
    }

    /** What is added to the output of the first node; null if nothing is. */
    @Nullable
    Parameter biasParameter() {
        return bias == null ? null : bias.parameters().get(0);
    }

    /** The nodes of this call, first to last. */
    List<Node> nodes() {
        List<Node> all = new ArrayList<>(List.of(node));
        if (bias != null) {
            all.add(bias);
        }
        if (activation != null) {
            all.add(activation);
        }
        return all;
    }

    /** The calls of a graph, in order. */
    public static List<FusedCall> of(Graph graph, boolean training) {
        Set<Integer> outputs = new HashSet<>();
        graph.outputs().values().forEach(value -> outputs.add(value.id()));
        Set<Node> taken = new HashSet<>();
        List<FusedCall> calls = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (taken.contains(node)) {
                continue;
            }
            FusedCall call = of(node);
            if (Lowerings.takesBias(node.op())) {
                Node next = only(graph, outputs, call.output);
                if (next != null && next.bias().isPresent()) {
                    taken.add(next);
                    call = new FusedCall(node, next, null, next.output());
                }
            }
            if (Lowerings.takesRelu(node, training)) {
                Node next = only(graph, outputs, call.output);
                if (next != null && Lowerings.isRelu(next.op())) {
                    taken.add(next);
                    call = new FusedCall(node, call.bias, next, next.output());
                }
            }
            calls.add(call);
        }
        return calls;
    }

    private static @Nullable Node only(Graph graph, Set<Integer> outputs, Value value) {
        List<Node> consumers = graph.consumers(value);
        return outputs.contains(value.id()) || consumers.size() != 1 ? null : consumers.get(0);
    }
}
