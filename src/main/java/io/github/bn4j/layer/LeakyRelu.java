package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkFinite;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.LeakyRectifier;

/**
 * Leaky rectified linear unit: {@code x} where positive, else {@code alpha x}, for each element. The shape stays; learns nothing.
 *
 * @param alpha factor below 0
 */
public record LeakyRelu(double alpha) implements Layer {

    public LeakyRelu {
        checkFinite("LeakyRelu", "alpha", alpha);
    }

    /** The layer with {@code alpha} 0.01. */
    public static LeakyRelu of() {
        return new LeakyRelu(0.01);
    }

    /** Sets the factor of elements below 0, any finite number; by default 0.01. */
    public LeakyRelu alpha(double alpha) {
        return new LeakyRelu(alpha);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(new LeakyRectifier(alpha)), x);
    }

    @Override
    public String toString() {
        return "LeakyRelu(" + alpha + ")";
    }
}
