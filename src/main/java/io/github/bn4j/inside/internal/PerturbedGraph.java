package io.github.bn4j.inside.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph some of whose values are added to zeros, which are parameters. All values keep their ids, so random masks stay as they were.
 *
 * @param graph it
 * @param changes the parameter that is added to each of them
 * @param sums what each of them is then
 */
record PerturbedGraph(Graph graph, Map<Value, Parameter> changes, Map<Value, Value> sums) {

    private static final String PREFIX = "change of value ";

    /** A graph for batches of a size. */
    static PerturbedGraph of(Graph graph, int batch, List<Value> values) {
        Map<Value, Parameter> changes = new LinkedHashMap<>();
        Map<Value, Value> sums = new LinkedHashMap<>();
        int next = 1 + largestId(graph);
        for (Value value : values) {
            Shape rows = Shape.of(value.shape().batched(batch));
            String name = PREFIX + value.id();
            changes.put(value, new Parameter(name, rows, Initializer.constant(0), Role.TRAINABLE, false));
            sums.put(value, new Value(next, value.name(), value.shape()));
            next++;
        }
        List<Node> nodes = new ArrayList<>();
        graph.inputs().values().stream()
                .filter(sums::containsKey)
                .forEach(value -> nodes.add(node(value, changes, sums)));
        for (Node node : graph.nodes()) {
            List<Value> inputs = node.inputs().stream()
                    .map(value -> sums.getOrDefault(value, value))
                    .toList();
            nodes.add(new Node(node.op(), node.layer(), inputs, node.parameters(), node.output()));
            if (sums.containsKey(node.output())) {
                nodes.add(node(node.output(), changes, sums));
            }
        }
        Map<String, Value> outputs = new LinkedHashMap<>();
        graph.outputs().forEach((name, value) -> outputs.put(name, sums.getOrDefault(value, value)));
        return new PerturbedGraph(new Graph(graph.inputs(), nodes, outputs, graph.layers()), changes, sums);
    }

    private static Node node(Value value, Map<Value, Parameter> changes, Map<Value, Value> sums) {
        return new Node(
                new Perturbation(),
                value.name(),
                List.of(value),
                List.of(requireNonNull(changes.get(value))),
                requireNonNull(sums.get(value)));
    }

    private static int largestId(Graph graph) {
        int largest = 0;
        for (Value input : graph.inputs().values()) {
            largest = Math.max(largest, input.id());
        }
        for (Node node : graph.nodes()) {
            largest = Math.max(largest, node.output().id());
        }
        return largest;
    }
}
