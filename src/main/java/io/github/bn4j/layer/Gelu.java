package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;

/**
 * Gaussian error linear unit, exact: {@code x Φ(x)}, for each element. The shape stays; learns nothing.
 */
public record Gelu() implements Layer {

    /** The layer. */
    public static Gelu of() {
        return new Gelu();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(StandardFunction.GELU), x);
    }

    @Override
    public String toString() {
        return "Gelu()";
    }
}
