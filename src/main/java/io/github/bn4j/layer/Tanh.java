package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;

/**
 * Hyperbolic tangent, for each element. The shape stays; learns nothing.
 */
public record Tanh() implements Layer {

    /** The layer. */
    public static Tanh of() {
        return new Tanh();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(StandardFunction.TANH), x);
    }

    @Override
    public String toString() {
        return "Tanh()";
    }
}
