package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkEpsilon;
import static io.github.bn4j.internal.Ranges.checkGroups;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.GroupNormalization;

/**
 * Normalises each group of channels of each example by its own mean and biased variance (Wu and He 2018, equation 7).
 * Input and output {@code [channels, …]}. Learns {@code gamma [channels]} and {@code beta [channels]}.
 *
 * @param groups number of groups, which divides the channels
 * @param epsilon added to the variance
 */
public record GroupNorm(int groups, double epsilon) implements Layer {

    public GroupNorm {
        checkGroups("GroupNorm", groups);
        checkEpsilon("GroupNorm", epsilon);
    }

    /** The given number of groups, epsilon 1e-5. */
    public static GroupNorm of(int groups) {
        return new GroupNorm(groups, 1e-5);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        if (x.shape().rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x.shape());
        }
        Shape perChannel = Shape.of(x.shape().dim(0));
        Parameter gamma = scope.vector("gamma", perChannel, Initializer.constant(1));
        Parameter beta = scope.vector("beta", perChannel, Initializer.constant(0));
        return scope.apply(new GroupNormalization(groups, epsilon, true, true), x, gamma, beta);
    }

    @Override
    public String toString() {
        return "GroupNorm(" + groups + (epsilon == 1e-5 ? "" : ", epsilon " + epsilon) + ")";
    }
}
