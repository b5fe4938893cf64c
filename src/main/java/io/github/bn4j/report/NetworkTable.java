package io.github.bn4j.report;

import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The layers of a network, with what became of their biases and why. */
final class NetworkTable {

    private NetworkTable() {}

    static String of(Model model, BiasReport biases) {
        Graph graph = model.graph();
        Map<String, List<Node>> layers = new LinkedHashMap<>();
        graph.nodes().forEach(node -> layers.computeIfAbsent(node.layer(), any -> new ArrayList<>())
                .add(node));
        List<List<String>> rows = new ArrayList<>();
        graph.inputs()
                .forEach((name, value) ->
                        rows.add(List.of(name, "input", value.shape().toString(), "", "", "")));
        Set<Parameter> seen = new HashSet<>();
        layers.forEach((layer, nodes) -> {
            long size = size(nodes, seen);
            rows.add(List.of(
                    layer,
                    graph.layers().getOrDefault(layer, nodes.get(0).op().label()),
                    nodes.get(nodes.size() - 1).output().shape().toString(),
                    size == 0 ? "" : grouped(size),
                    word(biases, layer),
                    why(biases, layer)));
        });
        String sum =
                grouped(seen.stream().mapToLong(each -> each.shape().size()).sum())
                        + " trainable parameters; " + grouped(biases.saved())
                        + " of biases are left out, as batch normalisation cancels them or nothing uses them.";
        return Html.paragraph(sum) + Html.table(List.of("name", "layer", "output", "parameters", "bias", "why"), rows);
    }

    private static long size(List<Node> nodes, Set<Parameter> seen) {
        return nodes.stream()
                .flatMap(node -> node.parameters().stream())
                .filter(parameter -> parameter.role() != Role.STATE && seen.add(parameter))
                .mapToLong(parameter -> parameter.shape().size())
                .sum();
    }

    private static String word(BiasReport biases, String layer) {
        return decision(biases, layer).stream()
                .map(BiasDecision::word)
                .findFirst()
                .orElse("");
    }

    private static String why(BiasReport biases, String layer) {
        return decision(biases, layer).stream()
                .map(BiasDecision::reason)
                .findFirst()
                .orElse("");
    }

    private static List<BiasDecision> decision(BiasReport biases, String layer) {
        return biases.decisions().stream()
                .filter(decision -> decision.layer().equals(layer))
                .toList();
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
