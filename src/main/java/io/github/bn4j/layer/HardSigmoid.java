package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.ClippedLine;

/**
 * Hard sigmoid: {@code min(max(x / 6 + ½, 0), 1)}, for each element. The shape stays; learns nothing.
 */
public record HardSigmoid() implements Layer {

    /** The layer. */
    public static HardSigmoid of() {
        return new HardSigmoid();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Elementwise(new ClippedLine(1.0 / 6, 0.5)), x);
    }

    @Override
    public String toString() {
        return "HardSigmoid()";
    }
}
