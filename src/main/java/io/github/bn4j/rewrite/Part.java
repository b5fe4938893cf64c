package io.github.bn4j.rewrite;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.NearNames;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The part of a graph that some of its values come from, and nothing else of it: fewer inputs, nodes and layers. */
public final class Part {

    private static final Pattern NUMBERED = Pattern.compile("(.*)@([0-9]{1,9})");

    private Part() {}

    /**
     * The part that computes what is named, which are its outputs. All values keep their ids, so random masks stay as they were.
     *
     * @param who who asks, for messages
     * @param names of outputs; or paths of layers, for their results, of which {@code encoder@2} is the second of several
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

    /* The only result of a layer or block, or one of several by its number. */
    private static Value result(String who, Graph graph, String name) {
        List<Value> results = results(graph, name);
        Matcher numbered = NUMBERED.matcher(name);
        if (results.isEmpty() && numbered.matches()) {
            List<Value> several = results(graph, numbered.group(1));
            int number = Integer.parseInt(numbered.group(2));
            if (number >= 1 && number <= several.size()) {
                return several.get(number - 1);
            }
        }
        checkArgument(
                !results.isEmpty(),
                "%s expects names of outputs or layers but got \"%s\"%s; this network has outputs %s and layers %s",
                who,
                name,
                NearNames.clause(name, Stream.concat(graph.outputs().keySet().stream(), paths(graph).stream())),
                graph.outputs().keySet(),
                graph.nodes().stream().map(Node::layer).distinct().toList());
        checkArgument(
                results.size() == 1,
                "%s expects a layer with one result but got \"%s\", whose results at %s places are used; name one of them by its"
                        + " number, \"%s@1\" to \"%s@%s\", or a layer behind it",
                who,
                name,
                results.size(),
                name,
                name,
                results.size());
        return results.get(0);
    }

    /** The paths of all layers, and of the blocks that they are in. */
    private static Set<String> paths(Graph graph) {
        Set<String> paths = new LinkedHashSet<>(graph.layers().keySet());
        graph.nodes().forEach(node -> paths.add(node.layer()));
        return paths;
    }

    /**
     * What leaves a layer or block, in the order of the graph: what others use of it, or else what it computes last. Empty if there is no
     * such layer. A layer that is called at several places has as many.
     */
    public static List<Value> results(Graph graph, String layer) {
        List<Node> own =
                graph.nodes().stream().filter(node -> isIn(node.layer(), layer)).toList();
        List<Value> leaving = own.stream()
                .map(Node::output)
                .filter(value -> leaves(graph, value, layer))
                .toList();
        return own.isEmpty() || !leaving.isEmpty()
                ? leaving
                : List.of(own.get(own.size() - 1).output());
    }

    /** The name of one of several results of a layer, by its number from 1. */
    public static String numbered(String layer, int number) {
        return layer + "@" + number;
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
