package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkEpsilon;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.GroupNormalization;

/**
 * Normalises each channel of each example by its own mean and biased variance over all positions (Ulyanov et al. 2016,
 * equation 2). Input and output {@code [channels, height, width]}. Learns {@code gamma [channels]} and {@code beta
 * [channels]}.
 *
 * @param epsilon added to the variance
 */
public record InstanceNorm2d(double epsilon) implements Layer {

    public InstanceNorm2d {
        checkEpsilon("InstanceNorm2d", epsilon);
    }

    /** Epsilon 1e-5. */
    public static InstanceNorm2d of() {
        return new InstanceNorm2d(1e-5);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        int channels = Math.toIntExact(Images.require(x).dim(0));
        Shape perChannel = Shape.of(channels);
        Parameter gamma = scope.vector("gamma", perChannel, Initializer.constant(1));
        Parameter beta = scope.vector("beta", perChannel, Initializer.constant(0));
        return scope.apply(new GroupNormalization(channels, epsilon, true, true), x, gamma, beta);
    }

    @Override
    public String toString() {
        return "InstanceNorm2d(" + (epsilon == 1e-5 ? "" : "epsilon " + epsilon) + ")";
    }
}
