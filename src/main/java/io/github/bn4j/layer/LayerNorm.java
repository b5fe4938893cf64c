package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkEpsilon;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.LayerNormalization;
import java.util.List;

/**
 * Normalises each example by its own mean and biased variance over all elements (Ba et al. 2016, equation 3). The shape
 * stays. Learns {@code gamma} and {@code beta}, each shaped like an example.
 *
 * @param epsilon added to the variance
 * @param gamma whether there is a learned gamma
 * @param beta whether there is a learned beta
 */
public record LayerNorm(double epsilon, boolean gamma, boolean beta) implements Layer {

    public LayerNorm {
        checkEpsilon("LayerNorm", epsilon);
    }

    /** Epsilon 1e-5. */
    public static LayerNorm of() {
        return new LayerNorm(1e-5, true, true);
    }

    /** Adds {@code epsilon} to the variance before its root is taken; 1e-5 by default. */
    public LayerNorm epsilon(double epsilon) {
        return new LayerNorm(epsilon, gamma, beta);
    }

    /** Multiplies by a learned gamma, which is the default, or does not. */
    public LayerNorm gamma(boolean gamma) {
        return new LayerNorm(epsilon, gamma, beta);
    }

    /** Adds a learned beta, which is the default, or does not. */
    public LayerNorm beta(boolean beta) {
        return new LayerNorm(epsilon, gamma, beta);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(
                new LayerNormalization(epsilon, gamma, beta),
                List.of(x),
                LearnedAffine.parameters(scope, x.shape(), gamma, beta));
    }

    @Override
    public String toString() {
        return "LayerNorm(" + LearnedAffine.describe("", epsilon, gamma, beta) + ")";
    }
}
