package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;

/**
 * A sequence with more elements. Input {@code [channels, length]}, output {@code [channels, factor length]}; learns nothing.
 *
 * @param factor how often the elements become as many, at least 1
 * @param interpolation where the new elements come from; linear is {@code BILINEAR}, as of an image of one row
 */
public record Upsample1d(int factor, Interpolation interpolation) implements Layer {

    public Upsample1d {
        checkArgument(factor >= 1, "Upsample1d expects a factor of at least 1 but got %s", factor);
        checkGiven(interpolation, "Upsample1d", "an Interpolation");
    }

    /** Each element {@code factor} times. */
    public static Upsample1d of(int factor) {
        return new Upsample1d(factor, Interpolation.NEAREST);
    }

    /** Sets where the new elements come from, by default the nearest old one. */
    public Upsample1d interpolation(Interpolation interpolation) {
        return new Upsample1d(factor, interpolation);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        long length = Math.multiplyExact(SequenceShapes.require(x).dim(1), factor);
        return SequenceShapes.resized(scope, x, Math.toIntExact(length), interpolation.mode());
    }

    @Override
    public String toString() {
        return "Upsample1d(" + factor + (interpolation == Interpolation.NEAREST ? "" : ", " + interpolation) + ")";
    }
}
