package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Resizing;

/**
 * The image in a given size. Input {@code [channels, height, width]}, output {@code [channels, size]}; learns nothing.
 *
 * @param size rows and columns of the result, at least 1 each
 * @param interpolation where its pixels come from
 */
public record Resize2d(Size size, Interpolation interpolation) implements Layer {

    public Resize2d {
        Images.checkSize("Resize2d", size);
        checkGiven(interpolation, "Resize2d", "an Interpolation");
    }

    /** Bilinear, where pixels are squares, to {@code height} rows and {@code width} columns. */
    public static Resize2d of(int height, int width) {
        return new Resize2d(new Size(height, width), Interpolation.BILINEAR);
    }

    /** Sets where the pixels come from, by default {@link Interpolation#BILINEAR}. */
    public Resize2d interpolation(Interpolation interpolation) {
        return new Resize2d(size, interpolation);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(new Resizing(size.height(), size.width(), interpolation.mode()), x);
    }

    @Override
    public String toString() {
        return "Resize2d(" + size + ", " + interpolation + ")";
    }
}
