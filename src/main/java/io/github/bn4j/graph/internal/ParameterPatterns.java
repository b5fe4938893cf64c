package io.github.bn4j.graph.internal;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.internal.NamePattern;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Parameters as callers name them: by name, by the layer that they belong to, by a block that this layer is in, or by a pattern of
 * these with {@code *} and {@code ?}.
 */
public final class ParameterPatterns {

    private ParameterPatterns() {}

    /** Whether {@code pattern} fits the name of a parameter, or the path of a layer or block that it is in. */
    public static boolean fits(String pattern, String parameter) {
        for (int end = parameter.length(); end > 0; end = parameter.lastIndexOf('.', end - 1)) {
            if (NamePattern.fits(pattern, parameter.substring(0, end))) {
                return true;
            }
        }
        return false;
    }

    /**
     * The names of the parameters that {@code patterns} fit, in the order of the graph; all if there is no pattern.
     *
     * @param who who asks, for the message
     * @throws IllegalArgumentException if a pattern fits none; the message lists the layers with parameters
     */
    public static Set<String> names(String who, Graph graph, String... patterns) {
        String expected = "names of layers with parameters, or patterns of them,";
        checkEachGiven(patterns, who, expected);
        List<String> all = graph.parameters().stream().map(Parameter::name).toList();
        List<String> unknown = Stream.of(patterns)
                .filter(pattern -> all.stream().noneMatch(name -> fits(pattern, name)))
                .toList();
        checkArgument(
                unknown.isEmpty(),
                "%s expects %s but got %s; this network has %s",
                who,
                expected,
                unknown,
                graph.nodes().stream()
                        .filter(node -> !node.parameters().isEmpty())
                        .map(Node::layer)
                        .distinct()
                        .toList());
        return all.stream()
                .filter(name -> patterns.length == 0 || Stream.of(patterns).anyMatch(pattern -> fits(pattern, name)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
