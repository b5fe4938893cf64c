package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Reshaping;

/**
 * The same elements of each example, in row-major order, under another shape. Learns nothing.
 *
 * @param shape shape of one example of the output
 */
public record Reshape(Shape shape) implements Layer {

    public Reshape {
        checkGiven(shape, "Reshape", "a shape");
    }

    /** To the given dimensions, without the batch axis. */
    public static Reshape of(long... dims) {
        return new Reshape(Shape.of(dims));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Reshaping(shape), x);
    }

    @Override
    public String toString() {
        return "Reshape(" + shape + ")";
    }
}
