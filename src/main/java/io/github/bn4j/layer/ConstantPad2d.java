package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkFinite;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.SpatialPadding;

/**
 * One number around the image. Input {@code [channels, height, width]}, output {@code [channels, top + height + bottom, left + width +
 * right]}; learns nothing.
 *
 * @param padding rows and columns on each side, at least 0
 * @param value the number
 */
public record ConstantPad2d(Padding.Explicit padding, double value) implements Layer {

    public ConstantPad2d {
        checkGiven(padding, "ConstantPad2d", "a Padding with numbers such as Padding.of(1)");
        Padding.Explicit.check("ConstantPad2d", padding);
        checkFinite("ConstantPad2d", "value", value);
    }

    /** As many rows and columns on each side. */
    public static ConstantPad2d of(int padding, double value) {
        return new ConstantPad2d(Padding.of(padding), value);
    }

    /** Rows above and below, and columns left and right. */
    public static ConstantPad2d of(int top, int bottom, int left, int right, double value) {
        return new ConstantPad2d(Padding.of(top, bottom, left, right), value);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(padding.around(SpatialPadding.Mode.CONSTANT, value), x);
    }

    @Override
    public String toString() {
        return "ConstantPad2d(" + padding.inWords() + ", " + value + ")";
    }
}
