package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;

/**
 * Rectified linear unit: {@code max(x, 0)}, for each element. The shape stays; learns nothing.
 */
public record Relu() implements Layer {

    /** The layer. */
    public static Relu of() {
        return new Relu();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(StandardFunction.RELU), x);
    }

    @Override
    public String toString() {
        return "Relu()";
    }
}
