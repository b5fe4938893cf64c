package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkPadding;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.SpatialPadding;

/**
 * The image mirrored at its borders, without repeating the border itself. Input {@code [channels, height, width]}, output {@code [channels, height + 2
 * padding, width + 2 padding]}; learns nothing.
 *
 * @param padding rows and columns on every side
 */
public record ReflectPad2d(int padding) implements Layer {

    public ReflectPad2d {
        checkPadding("ReflectPad2d", padding, padding);
    }

    /** The given number of rows and columns on every side. */
    public static ReflectPad2d of(int padding) {
        return new ReflectPad2d(padding);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(new SpatialPadding(padding, padding, padding, padding, SpatialPadding.Mode.REFLECT), x);
    }

    @Override
    public String toString() {
        return "ReflectPad2d(" + padding + ")";
    }
}
