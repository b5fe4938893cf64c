package io.github.bn4j.spark.internal.frame;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Graph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a DataFrame the inputs and outputs of a network have to do with.
 *
 * @param inputs the column of each input by its name
 * @param targets the column of what is wanted of an output, by the name of the output; empty where nothing is
 * @param ignored the class that the loss on an output leaves out, by the name of the output
 * @param weight the column with the weight of each example, if there is one
 */
public record FrameColumns(
        Map<String, String> inputs,
        Map<String, String> targets,
        Map<String, Integer> ignored,
        Optional<String> weight) {

    public FrameColumns {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
        ignored = Map.copyOf(ignored);
    }

    /**
     * Columns for inputs.
     *
     * @param who who was called, for messages
     * @param columns by the names of the inputs
     * @throws IllegalArgumentException if these are not the inputs of the network
     */
    public static FrameColumns of(String who, Graph graph, Map<String, String> columns) {
        checkGiven(columns, who, "a column for each input");
        checkArgument(
                columns.keySet().equals(graph.inputs().keySet()),
                "%s expects a column for each of the inputs %s but got columns for %s; name them after the inputs",
                who,
                graph.inputs().keySet(),
                columns.keySet());
        Map<String, String> ordered = new LinkedHashMap<>();
        graph.inputs().keySet().forEach(name -> ordered.put(name, given(who, columns.get(name))));
        return new FrameColumns(ordered, Map.of(), Map.of(), Optional.empty());
    }

    /**
     * A column for the only input.
     *
     * @param who who was called, for messages
     * @throws IllegalArgumentException if the network has several inputs
     */
    public static FrameColumns of(String who, Graph graph, String features) {
        only(who, "inputs", graph.inputs().keySet());
        return of(who, graph, Map.of(graph.inputs().keySet().iterator().next(), given(who, features)));
    }

    /**
     * With columns for what is wanted of outputs.
     *
     * @param columns by the names of the outputs; outputs without a column are left alone
     * @throws IllegalArgumentException if the network has no such output
     */
    public FrameColumns labels(String who, Graph graph, Map<String, String> columns) {
        checkGiven(columns, who, "a column for each output");
        checkArgument(
                graph.outputs().keySet().containsAll(columns.keySet()),
                "%s expects columns for the outputs %s but got some for %s; name them after the outputs",
                who,
                graph.outputs().keySet(),
                columns.keySet());
        columns.values().forEach(column -> given(who, column));
        return new FrameColumns(inputs, columns, ignored, weight);
    }

    /**
     * With a column for what is wanted of the only output.
     *
     * @throws IllegalArgumentException if the network has several outputs
     */
    public FrameColumns label(String who, Graph graph, String column) {
        only(who, "outputs", graph.outputs().keySet());
        return labels(who, graph, Map.of(graph.outputs().keySet().iterator().next(), given(who, column)));
    }

    /** With a class of an output that its loss leaves out, so that it need not be one of the output's. */
    public FrameColumns ignoring(String output, int number) {
        Map<String, Integer> all = new LinkedHashMap<>(ignored);
        all.put(output, number);
        return new FrameColumns(inputs, targets, all, weight);
    }

    /** With a column that has the weight of each example. */
    public FrameColumns weight(String who, String column) {
        return new FrameColumns(inputs, targets, ignored, Optional.of(given(who, column)));
    }

    private static String given(String who, @Nullable String column) {
        return checkGiven(column, who, "the name of a column");
    }

    private static void only(String who, String what, Set<String> names) {
        checkArgument(
                names.size() == 1,
                "%s expects a column for each of the %s %s but got a single one; pass a map of columns by %s",
                who,
                what,
                names,
                what);
    }
}
