package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;

/**
 * Logistic function: {@code 1 / (1 + e⁻ˣ)}, for each element. The shape stays; learns nothing.
 */
public record Sigmoid() implements Layer {

    /** The layer. */
    public static Sigmoid of() {
        return new Sigmoid();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(StandardFunction.SIGMOID), x);
    }

    @Override
    public String toString() {
        return "Sigmoid()";
    }
}
