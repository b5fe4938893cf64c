package io.github.bn4j.bias.internal;

import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Role;
import io.github.bn4j.text.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of a model's layers. */
public final class Summary {

    private static final List<String> NUMBERS = List.of("trainable", "frozen", "state");

    private Summary() {}

    /** Output shapes, parameters, running statistics, and what became of each bias. Only where something is frozen it is counted. */
    public static Text of(Model model, BiasReport report) {
        Graph graph = model.graph();
        Map<String, List<Node>> byLayer = new LinkedHashMap<>();
        graph.nodes().forEach(node -> byLayer.computeIfAbsent(node.layer(), any -> new ArrayList<>())
                .add(node));
        Map<String, Long> all = counts(graph.parameters());
        List<String> counted = NUMBERS.stream()
                .filter(column -> !column.equals("frozen") || all.containsKey(column))
                .toList();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(List.of("name", "layer", "output"), counted, "bias"));
        List<String> blank = counted.stream().map(column -> "").toList();
        graph.inputs()
                .forEach((name, value) ->
                        rows.add(row(List.of(name, "input", value.shape().toString()), blank, "")));
        Set<Parameter> seen = new HashSet<>();
        byLayer.forEach((layer, nodes) ->
                rows.add(row(names(graph, layer, nodes), numbers(counted, nodes, seen), bias(report, layer))));
        return new Text(table(rows) + System.lineSeparator() + all.getOrDefault("trainable", 0L)
                + " trainable parameters, " + (all.containsKey("frozen") ? all.get("frozen") + " frozen, " : "")
                + all.getOrDefault("state", 0L) + " running statistics, " + report.saved()
                + " bias parameters saved, engine " + model.engine());
    }

    private static List<String> row(List<String> names, List<String> numbers, String bias) {
        List<String> row = new ArrayList<>(names);
        row.addAll(numbers);
        row.add(bias);
        return row;
    }

    private static List<String> names(Graph graph, String layer, List<Node> nodes) {
        @Nullable String description = graph.layers().get(layer);
        return List.of(
                layer,
                description == null ? nodes.get(0).op().label() : description,
                nodes.get(nodes.size() - 1).output().shape().toString());
    }

    private static List<String> numbers(List<String> counted, List<Node> nodes, Set<Parameter> seen) {
        Map<String, Long> own = counts(nodes.stream()
                .flatMap(node -> node.parameters().stream())
                .filter(seen::add)
                .toList());
        return counted.stream()
                .map(column -> own.containsKey(column) ? own.get(column).toString() : "")
                .toList();
    }

    private static Map<String, Long> counts(List<Parameter> parameters) {
        Map<String, Long> counts = new HashMap<>();
        for (Parameter parameter : parameters) {
            String column = parameter.role() == Role.STATE ? "state" : parameter.frozen() ? "frozen" : "trainable";
            counts.merge(column, parameter.shape().size(), Long::sum);
        }
        return counts;
    }

    private static String bias(BiasReport report, String layer) {
        return report.decisions().stream()
                .filter(decision -> decision.layer().equals(layer))
                .map(BiasDecision::word)
                .findFirst()
                .orElse("");
    }

    private static String table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                boolean right = NUMBERS.contains(rows.get(0).get(i));
                line.append(String.format("%" + (right ? "" : "-") + Math.max(1, widths[i]) + "s  ", row.get(i)));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString().stripTrailing();
    }
}
