package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Upsampling;

/**
 * Nearest-neighbour enlargement. Input {@code [channels, height, width]}, output {@code [channels, factor height, factor
 * width]}; learns nothing.
 *
 * @param factor copies of each row and column
 */
public record Upsample2d(int factor) implements Layer {

    public Upsample2d {
        checkArgument(factor >= 1, "Upsample2d expects a factor of at least 1 but got %s", factor);
    }

    /** Each row and column {@code factor} times. */
    public static Upsample2d of(int factor) {
        return new Upsample2d(factor);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(new Upsampling(factor), x);
    }

    @Override
    public String toString() {
        return "Upsample2d(" + factor + ")";
    }
}
