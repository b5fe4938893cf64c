package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;

/**
 * Sigmoid-weighted linear unit, also called swish: {@code x σ(x)}, for each element. The shape stays; learns nothing.
 */
public record Silu() implements Layer {

    /** The layer. */
    public static Silu of() {
        return new Silu();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(StandardFunction.SILU), x);
    }

    @Override
    public String toString() {
        return "Silu()";
    }
}
