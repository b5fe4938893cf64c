package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkEpsilon;
import static io.github.bn4j.internal.Ranges.checkGroups;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.GroupNormalization;
import java.util.List;

/**
 * Normalises each group of channels of each example by its own mean and biased variance (Wu and He 2018, equation 7).
 * Input and output {@code [channels, …]}. Learns {@code gamma [channels]} and {@code beta [channels]}.
 *
 * @param groups number of groups, which divides the channels
 * @param epsilon added to the variance
 * @param gamma whether there is a learned gamma
 * @param beta whether there is a learned beta
 */
public record GroupNorm(int groups, double epsilon, boolean gamma, boolean beta) implements Layer {

    public GroupNorm {
        checkGroups("GroupNorm", groups);
        checkEpsilon("GroupNorm", epsilon);
    }

    /** The given number of groups, epsilon 1e-5. */
    public static GroupNorm of(int groups) {
        return new GroupNorm(groups, 1e-5, true, true);
    }

    /** Adds {@code epsilon} to the variance before its root is taken; 1e-5 by default. */
    public GroupNorm epsilon(double epsilon) {
        return new GroupNorm(groups, epsilon, gamma, beta);
    }

    /** Multiplies by a learned gamma, which is the default, or does not. */
    public GroupNorm gamma(boolean gamma) {
        return new GroupNorm(groups, epsilon, gamma, beta);
    }

    /** Adds a learned beta, which is the default, or does not. */
    public GroupNorm beta(boolean beta) {
        return new GroupNorm(groups, epsilon, gamma, beta);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        if (x.shape().rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x.shape());
        }
        Shape perChannel = Shape.of(x.shape().dim(0));
        return scope.apply(
                new GroupNormalization(groups, epsilon, gamma, beta),
                List.of(x),
                LearnedAffine.parameters(scope, perChannel, gamma, beta));
    }

    @Override
    public String toString() {
        return "GroupNorm(" + LearnedAffine.describe(Integer.toString(groups), epsilon, gamma, beta) + ")";
    }
}
