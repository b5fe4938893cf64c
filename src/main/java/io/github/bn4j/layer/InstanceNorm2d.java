package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkEpsilon;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.GroupNormalization;
import java.util.List;

/**
 * Normalises each channel of each example by its own mean and biased variance over all positions (Ulyanov et al. 2016,
 * equation 2). Input and output {@code [channels, height, width]}. Learns {@code gamma [channels]} and {@code beta
 * [channels]}.
 *
 * @param epsilon added to the variance
 * @param gamma whether there is a learned gamma
 * @param beta whether there is a learned beta
 */
public record InstanceNorm2d(double epsilon, boolean gamma, boolean beta) implements Layer {

    public InstanceNorm2d {
        checkEpsilon("InstanceNorm2d", epsilon);
    }

    /** Epsilon 1e-5. */
    public static InstanceNorm2d of() {
        return new InstanceNorm2d(1e-5, true, true);
    }

    /** Adds {@code epsilon} to the variance before its root is taken; 1e-5 by default. */
    public InstanceNorm2d epsilon(double epsilon) {
        return new InstanceNorm2d(epsilon, gamma, beta);
    }

    /** Multiplies by a learned gamma, which is the default, or does not. */
    public InstanceNorm2d gamma(boolean gamma) {
        return new InstanceNorm2d(epsilon, gamma, beta);
    }

    /** Adds a learned beta, which is the default, or does not. */
    public InstanceNorm2d beta(boolean beta) {
        return new InstanceNorm2d(epsilon, gamma, beta);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        int channels = Math.toIntExact(Images.require(x).dim(0));
        Shape perChannel = Shape.of(channels);
        return scope.apply(
                new GroupNormalization(channels, epsilon, gamma, beta),
                List.of(x),
                LearnedAffine.parameters(scope, perChannel, gamma, beta));
    }

    @Override
    public String toString() {
        return "InstanceNorm2d(" + LearnedAffine.describe("", epsilon, gamma, beta) + ")";
    }
}
