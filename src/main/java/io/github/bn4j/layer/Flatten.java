package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Reshaping;

/** All elements of an example as one vector, in row-major order: any shape to {@code [size]}. Learns nothing. */
public record Flatten() implements Layer {

    /** The layer. */
    public static Flatten of() {
        return new Flatten();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Reshaping(Shape.of(x.shape().size())), x);
    }

    @Override
    public String toString() {
        return "Flatten()";
    }
}
