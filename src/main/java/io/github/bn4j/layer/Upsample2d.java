package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Resizing;
import io.github.bn4j.op.Upsampling;

/**
 * An enlarged image. Input {@code [channels, height, width]}, output {@code [channels, factor height, factor width]}; learns
 * nothing.
 *
 * @param factor how often rows and columns become as many, at least 1
 * @param interpolation where the new pixels come from
 */
public record Upsample2d(int factor, Interpolation interpolation) implements Layer {

    public Upsample2d {
        checkArgument(factor >= 1, "Upsample2d expects a factor of at least 1 but got %s", factor);
        checkGiven(interpolation, "Upsample2d", "an Interpolation");
    }

    /** Each row and column {@code factor} times. */
    public static Upsample2d of(int factor) {
        return new Upsample2d(factor, Interpolation.NEAREST);
    }

    /** Sets where the new pixels come from, by default the nearest old one. */
    public Upsample2d interpolation(Interpolation interpolation) {
        return new Upsample2d(factor, interpolation);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.require(x);
        if (interpolation == Interpolation.NEAREST) {
            return scope.apply(new Upsampling(factor), x);
        }
        int height = Math.toIntExact(image.dim(1) * factor);
        int width = Math.toIntExact(image.dim(2) * factor);
        return scope.apply(new Resizing(height, width, interpolation.mode()), x);
    }

    @Override
    public String toString() {
        return "Upsample2d(" + factor + (interpolation == Interpolation.NEAREST ? "" : ", " + interpolation) + ")";
    }
}
