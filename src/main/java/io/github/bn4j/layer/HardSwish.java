package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.StandardFunction;

/**
 * Hard swish: {@code x · min(max(x + 3, 0), 6) / 6}, for each element. The shape stays; learns nothing.
 */
public record HardSwish() implements Layer {

    /** The layer. */
    public static HardSwish of() {
        return new HardSwish();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(StandardFunction.HARD_SWISH), x);
    }

    @Override
    public String toString() {
        return "HardSwish()";
    }
}
