package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;

/**
 * Smooth rectifier: {@code ln(1 + eˣ)}, for each element. The shape stays; learns nothing.
 */
public record Softplus() implements Layer {

    /** The layer. */
    public static Softplus of() {
        return new Softplus();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(StandardFunction.SOFTPLUS), x);
    }

    @Override
    public String toString() {
        return "Softplus()";
    }
}
