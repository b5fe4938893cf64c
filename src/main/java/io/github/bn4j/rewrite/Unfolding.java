package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A graph with batch normalisations in the stead of biases.
 *
 * @param graph the new graph, in which each bias is still there, in front of its batch normalisation
 * @param norms each new batch normalisation, by path, with the name of the bias that it takes the place of
 */
public record Unfolding(Graph graph, Map<String, String> norms) {

    public Unfolding {
        norms = Collections.unmodifiableMap(new LinkedHashMap<>(norms));
    }
}
