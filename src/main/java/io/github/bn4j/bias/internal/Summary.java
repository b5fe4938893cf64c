package io.github.bn4j.bias.internal;

import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.text.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The table of a model's layers. */
public final class Summary {

    private static final List<String> HEADER = List.of("name", "layer", "output", "trainable", "state", "bias");

    private Summary() {}

    /** Output shapes, parameters, running statistics, and what became of each bias. */
    public static Text of(Model model, BiasReport report) {
        Graph graph = model.graph();
        Map<String, List<Node>> byLayer = new LinkedHashMap<>();
        graph.nodes().forEach(node -> byLayer.computeIfAbsent(node.layer(), any -> new ArrayList<>())
                .add(node));
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        graph.inputs()
                .forEach((name, value) ->
                        rows.add(List.of(name, "input", value.shape().toString(), "", "", "")));
        Set<Parameter> seen = new HashSet<>();
        byLayer.forEach((layer, nodes) -> rows.add(row(graph, report, layer, nodes, seen)));
        long trainable = count(graph.parameters(), true);
        long state = count(graph.parameters(), false);
        return new Text(table(rows) + System.lineSeparator() + trainable + " trainable parameters, " + state
                + " running statistics, " + report.saved() + " bias parameters saved, engine " + model.engine());
    }

    private static List<String> row(
            Graph graph, BiasReport report, String layer, List<Node> nodes, Set<Parameter> seen) {
        List<Parameter> own = nodes.stream()
                .flatMap(node -> node.parameters().stream())
                .filter(seen::add)
                .toList();
        Shape output = nodes.get(nodes.size() - 1).output().shape();
        String bias = report.decisions().stream()
                .filter(decision -> decision.layer().equals(layer))
                .map(BiasDecision::word)
                .findFirst()
                .orElse("");
        @Nullable String description = graph.layers().get(layer);
        return List.of(
                layer,
                description == null ? nodes.get(0).op().label() : description,
                output.toString(),
                number(count(own, true)),
                number(count(own, false)),
                bias);
    }

    private static long count(List<Parameter> parameters, boolean trainable) {
        return parameters.stream()
                .filter(parameter -> parameter.trainable() == trainable)
                .mapToLong(parameter -> parameter.shape().size())
                .sum();
    }

    private static String number(long count) {
        return count == 0 ? "" : Long.toString(count);
    }

    private static String table(List<List<String>> rows) {
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                boolean right = i == 3 || i == 4;
                line.append(String.format("%" + (right ? "" : "-") + Math.max(1, widths[i]) + "s  ", row.get(i)));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString().stripTrailing();
    }
}
