package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkPadding;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.SpatialPadding;

/**
 * Zeros around the image. Input {@code [channels, height, width]}, output {@code [channels, height + 2
 * padding, width + 2 padding]}; learns nothing.
 *
 * @param padding rows and columns on every side
 */
public record ZeroPad2d(int padding) implements Layer {

    public ZeroPad2d {
        checkPadding("ZeroPad2d", padding, padding);
    }

    /** The given number of rows and columns on every side. */
    public static ZeroPad2d of(int padding) {
        return new ZeroPad2d(padding);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(new SpatialPadding(padding, padding, padding, padding, SpatialPadding.Mode.CONSTANT), x);
    }

    @Override
    public String toString() {
        return "ZeroPad2d(" + padding + ")";
    }
}
