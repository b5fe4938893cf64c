package io.github.bn4j.command;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a model would be spared.
 *
 * @param parameters numbers in its file, running statistics among them
 * @param multiplications of a prediction for one example
 * @param additions of a prediction for one example
 */
record Savings(long parameters, long multiplications, long additions) {

    static final Savings NONE = new Savings(0, 0, 0);

    static Savings ofParameters(long parameters) {
        return new Savings(parameters, 0, 0);
    }

    /** What shifts and scales of channels cost, by the paths of their layers, with all parameters. */
    static Map<String, Savings> costs(Graph graph) {
        Map<String, Savings> costs = new LinkedHashMap<>();
        Set<Parameter> counted = new HashSet<>();
        for (Node node : graph.nodes()) {
            long parameters = node.parameters().stream()
                    .filter(counted::add)
                    .mapToLong(parameter -> parameter.shape().size())
                    .sum();
            long elements = node.output().shape().size();
            boolean shifts = node.bias().isPresent();
            boolean scales = !shifts && node.scaleAndShift().isPresent();
            costs.merge(
                    node.layer(),
                    new Savings(parameters, scales ? elements : 0, shifts || scales ? elements : 0),
                    Savings::plus);
        }
        return costs;
    }

    Savings plus(Savings other) {
        return new Savings(
                parameters + other.parameters, multiplications + other.multiplications, additions + other.additions);
    }

    Savings minus(Savings other) {
        return plus(new Savings(-other.parameters, -other.multiplications, -other.additions));
    }

    boolean isNothing() {
        return equals(NONE);
    }

    /** Such as {@code 12 parameters and 2,028 additions per example}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        add(parts, parameters, "parameters");
        add(parts, multiplications, "multiplications");
        add(parts, additions, "additions");
        String last = parts.isEmpty() ? "nothing" : parts.remove(parts.size() - 1);
        String all = parts.isEmpty() ? last : String.join(", ", parts) + " and " + last;
        return multiplications == 0 && additions == 0 ? all : all + " per example";
    }

    private static void add(List<String> parts, long number, String what) {
        if (number != 0) {
            parts.add(String.format(Locale.ROOT, "%,d ", number) + what);
        }
    }
}
