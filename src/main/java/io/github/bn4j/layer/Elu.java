package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkFinite;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.ExponentialLinear;

/**
 * Exponential linear unit: {@code x} where positive, else {@code alpha (eˣ − 1)}, for each element. The shape stays; learns nothing.
 *
 * @param alpha factor below 0
 */
public record Elu(double alpha) implements Layer {

    public Elu {
        checkFinite("Elu", "alpha", alpha);
    }

    /** The layer with {@code alpha} 1.0. */
    public static Elu of() {
        return new Elu(1.0);
    }

    /** Sets the factor of elements below 0, any finite number; by default 1. */
    public Elu alpha(double alpha) {
        return new Elu(alpha);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(new ExponentialLinear(alpha)), x);
    }

    @Override
    public String toString() {
        return "Elu(" + alpha + ")";
    }
}
