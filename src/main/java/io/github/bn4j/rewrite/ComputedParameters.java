package io.github.bn4j.rewrite;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parameters that a rewriting makes, and how their values follow from those of the graph before it. While it is at work they have
 * names that no other can have; at the end they get names for people.
 */
final class ComputedParameters {

    private final Map<String, Fold.Formula> formulas = new HashMap<>();
    private final Map<List<Object>, Parameter> made = new HashMap<>();
    private final Map<Parameter, String> wishes = new HashMap<>();

    /** Knows the parameters of {@code graph}, whose values are their own. */
    ComputedParameters(Graph graph) {
        for (Parameter parameter : graph.parameters()) {
            String name = parameter.name();
            formulas.put(name, from -> Floats.values(from.get(name)));
        }
    }

    /**
     * The parameter that goes by {@code key}, made at the first call.
     *
     * @param like what has its shape, its role and the rest of what it is
     * @param wish the name that it gets if that is free
     */
    Parameter make(List<Object> key, Parameter like, String wish, Fold.Formula formula) {
        return made.computeIfAbsent(key, any -> {
            Parameter parameter = like.named(wish + "#" + made.size());
            formulas.put(parameter.name(), formula);
            wishes.put(parameter, wish);
            return parameter;
        });
    }

    double[] values(Parameter parameter, Parameters from) {
        return formula(parameter).values(from);
    }

    Fold.Formula formula(Parameter parameter) {
        Fold.Formula formula = formulas.get(parameter.name());
        if (formula == null) {
            throw new AssertionError("no formula of " + parameter);
        }
        return formula;
    }

    /** The parameters of {@code graph} that were made, under their last names. */
    Map<Parameter, Parameter> named(Graph graph) {
        Set<String> taken = new HashSet<>();
        graph.parameters().stream()
                .filter(parameter -> !wishes.containsKey(parameter))
                .forEach(parameter -> taken.add(parameter.name()));
        Map<Parameter, Parameter> named = new HashMap<>();
        for (Parameter parameter : graph.parameters()) {
            String wish = wishes.get(parameter);
            if (wish == null) {
                continue;
            }
            String name = wish;
            for (int i = 2; !taken.add(name); i++) {
                name = wish + "_" + i;
            }
            named.put(parameter, parameter.named(name));
        }
        return named;
    }
}
