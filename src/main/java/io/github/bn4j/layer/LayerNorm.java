package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkEpsilon;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.LayerNormalization;

/**
 * Normalises each example by its own mean and biased variance over all elements (Ba et al. 2016, equation 3). The shape
 * stays. Learns {@code gamma} and {@code beta}, each shaped like an example.
 *
 * @param epsilon added to the variance
 */
public record LayerNorm(double epsilon) implements Layer {

    public LayerNorm {
        checkEpsilon("LayerNorm", epsilon);
    }

    /** Epsilon 1e-5. */
    public static LayerNorm of() {
        return new LayerNorm(1e-5);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Parameter gamma = scope.vector("gamma", x.shape(), Initializer.constant(1));
        Parameter beta = scope.vector("beta", x.shape(), Initializer.constant(0));
        return scope.apply(new LayerNormalization(epsilon, true, true), x, gamma, beta);
    }

    @Override
    public String toString() {
        return "LayerNorm(" + (epsilon == 1e-5 ? "" : "epsilon " + epsilon) + ")";
    }
}
