package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph whose batch normalisations have been folded, and how its parameters follow from those of the graph before.
 *
 * @param graph the new graph; its inputs and outputs are those of the graph before
 * @param folds one for each parameter of {@code graph}, in its order; unchanged parameters are copied
 * @param absorbed for each batch normalisation that is gone from at least one place, by path, the layers that compute its
 *     part now
 */
public record Folding(Graph graph, List<Fold> folds, Map<String, Set<String>> absorbed) {

    public Folding {
        folds = List.copyOf(folds);
        absorbed = Collections.unmodifiableMap(new LinkedHashMap<>(absorbed));
    }

    /**
     * Computes all parameters of the new graph anew.
     *
     * @param from parameters of the graph before. Not modified.
     * @param to parameters of the new graph. Modified.
     */
    public void refresh(Parameters from, Parameters to) {
        for (Fold fold : folds) {
            Floats.write(fold.formula().values(from), to.get(fold.parameter().name()));
        }
    }

    /** The parameters of the new graph that follow from {@code from}, in the same floating-point type. */
    public Parameters parameters(Parameters from) {
        Parameters to = new Parameters(graph.parameters(), from.type());
        refresh(from, to);
        return to;
    }
}
