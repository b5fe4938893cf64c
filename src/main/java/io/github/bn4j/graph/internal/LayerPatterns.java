package io.github.bn4j.graph.internal;

import static io.github.bn4j.internal.Checks.checkEachGiven;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.internal.NamePattern;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Layers as callers name them: by path, or by a pattern of paths with {@code *} and {@code ?}; all if nothing is named. */
public final class LayerPatterns {

    private LayerPatterns() {}

    /**
     * The paths of the batch normalisations that {@code patterns} fit, in the order of the graph.
     *
     * @param who who asks, for the message
     * @throws IllegalArgumentException if a pattern fits none of them
     */
    public static Set<String> batchNorms(String who, Graph graph, String... patterns) {
        Set<String> norms = graph.nodes().stream()
                .filter(node -> node.op().normalization().isPresent())
                .map(Node::layer)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return among(norms, who, "names of batch normalisations", patterns);
    }

    /**
     * Those of {@code paths} that {@code patterns} fit.
     *
     * @param who who asks, and {@code expected} for what, for the message
     * @throws IllegalArgumentException if a pattern fits none of them
     */
    public static Set<String> among(Set<String> paths, String who, String expected, String... patterns) {
        checkEachGiven(patterns, who, expected);
        List<String> unknown = Stream.of(patterns)
                .filter(pattern -> paths.stream().noneMatch(path -> NamePattern.fits(pattern, path)))
                .toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    who + " expects " + expected + " but got " + unknown + "; this network has " + paths);
        }
        return paths.stream()
                .filter(path -> patterns.length == 0
                        || Stream.of(patterns).anyMatch(pattern -> NamePattern.fits(pattern, path)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
