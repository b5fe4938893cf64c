package io.github.bn4j.rewrite;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of a graph that some of its values come from, and nothing else of it: fewer inputs, nodes and layers. */
public final class Part {

    private Part() {}

    /**
     * The part that computes what is named, which are its outputs. All values keep their ids, so random masks stay as they were.
     *
     * @param who who asks, for messages
     * @param names of outputs; or paths of layers, for their results
     * @throws IllegalArgumentException if there is no such output or layer, or a layer has several results
     */
    public static Graph of(String who, Graph graph, String... names) {
        checkEachGiven(names, who, "names of outputs or layers");
        checkArgument(names.length > 0, "%s expects at least one name but got none; name an output or a layer", who);
        Map<String, Value> wanted = new LinkedHashMap<>();
        for (String name : names) {
            Value output = graph.outputs().get(name);
            wanted.put(name, output == null ? result(who, graph, name) : output);
        }
        return pruned(graph.withOutputs(wanted));
    }

    /* What leaves a layer or block: what others use of it, or else what it computes last. */
    private static Value result(String who, Graph graph, String layer) {
        List<Node> own =
                graph.nodes().stream().filter(node -> isIn(node.layer(), layer)).toList();
        checkArgument(
                !own.isEmpty(),
                "%s expects names of outputs or layers but got \"%s\"; this network has outputs %s and layers %s",
                who,
                layer,
                graph.outputs().keySet(),
                graph.nodes().stream().map(Node::layer).distinct().toList());
        List<Value> leaving = own.stream()
                .map(Node::output)
                .filter(value -> leaves(graph, value, layer))
                .toList();
        checkArgument(
                leaving.size() <= 1,
                "%s expects a layer with one result but got \"%s\", whose results at %s places are used; name a layer behind one of"
                        + " them, or call one by a name of its own, as in named(\"left\", value)",
                who,
                layer,
                leaving.size());
        return leaving.isEmpty() ? own.get(own.size() - 1).output() : leaving.get(0);
    }

    private static boolean leaves(Graph graph, Value value, String layer) {
        return graph.outputs().containsValue(value)
                || graph.consumers(value).stream().anyMatch(node -> !isIn(node.layer(), layer));
    }

    private static boolean isIn(String path, String layer) {
        return path.equals(layer) || path.startsWith(layer + ".");
    }

    private static Graph pruned(Graph graph) {
        Set<Value> used = new HashSet<>(graph.outputs().values());
        Set<String> paths = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            used.addAll(node.inputs());
            paths.add(node.layer());
        }
        Map<String, Value> inputs = new LinkedHashMap<>(graph.inputs());
        inputs.values().removeIf(value -> !used.contains(value));
        Map<String, String> layers = new LinkedHashMap<>(graph.layers());
        layers.keySet().removeIf(layer -> paths.stream().noneMatch(path -> isIn(path, layer)));
        return new Graph(inputs, graph.nodes(), graph.outputs(), layers);
    }
}
