package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.SpatialPadding;

/**
 * The image with its outermost rows and columns repeated: {@code a a | a b c | c c}, also called replication padding. Input {@code [channels, height, width]}, output {@code [channels, top + height +
 * bottom, left + width + right]}; learns nothing.
 *
 * @param padding rows and columns on each side, at least 0
 */
public record EdgePad2d(Padding.Explicit padding) implements Layer {

    public EdgePad2d {
        checkGiven(padding, "EdgePad2d", "a Padding with numbers such as Padding.of(1)");
        Padding.Explicit.check("EdgePad2d", padding);
    }

    /** As many rows and columns on each side. */
    public static EdgePad2d of(int padding) {
        return new EdgePad2d(Padding.of(padding));
    }

    /** {@code height} rows above and below, and {@code width} columns left and right. */
    public static EdgePad2d of(int height, int width) {
        return new EdgePad2d(Padding.of(height, width));
    }

    /** Rows above and below, and columns left and right. */
    public static EdgePad2d of(int top, int bottom, int left, int right) {
        return new EdgePad2d(Padding.of(top, bottom, left, right));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(padding.around(SpatialPadding.Mode.EDGE, 0), x);
    }

    @Override
    public String toString() {
        return "EdgePad2d(" + padding.inWords() + ")";
    }
}
