package io.github.bn4j.layer;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Gamma and beta of the normalisations that look at one example: from 1 and 0, each there or not. */
final class LearnedAffine {

    private LearnedAffine() {}

    static List<Parameter> parameters(Scope scope, Shape shape, boolean gamma, boolean beta) {
        List<Parameter> parameters = new ArrayList<>();
        if (gamma) {
            parameters.add(scope.vector("gamma", shape, Initializer.constant(1)));
        }
        if (beta) {
            parameters.add(scope.vector("beta", shape, Initializer.constant(0)));
        }
        return parameters;
    }

    /** What differs from epsilon 1e-5 and both, in words, behind {@code first}. */
    static String describe(String first, double epsilon, boolean gamma, boolean beta) {
        List<String> words = new ArrayList<>();
        if (!first.isEmpty()) {
            words.add(first);
        }
        if (epsilon != 1e-5) {
            words.add("epsilon " + epsilon);
        }
        if (!gamma) {
            words.add("no gamma");
        }
        if (!beta) {
            words.add("no beta");
        }
        return String.join(", ", words);
    }
}
