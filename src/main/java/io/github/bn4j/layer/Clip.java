package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkBounds;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.Clipping;

/**
 * {@code min(max(x, lower), upper)} for each element; from 0 to 6 it is also called ReLU6. The shape stays; learns nothing.
 *
 * @param lower least result, or {@code −∞} for none
 * @param upper largest result, at least {@code lower}, or {@code ∞} for none
 */
public record Clip(double lower, double upper) implements Layer {

    /** Refuses NaN, and bounds in the wrong order. */
    public Clip {
        checkBounds("Clip", lower, upper);
    }

    /** The layer with these bounds. */
    public static Clip of(double lower, double upper) {
        return new Clip(lower, upper);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(new Clipping(lower, upper)), x);
    }

    @Override
    public String toString() {
        return "Clip(" + lower + ", " + upper + ")";
    }
}
