package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.GlobalAveragePooling;

/** The mean of each channel over a whole sequence. Input {@code [channels, length]}, output {@code [channels]}; learns nothing. */
public record GlobalAvgPool1d() implements Layer {

    /** The layer. */
    public static GlobalAvgPool1d of() {
        return new GlobalAvgPool1d();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        SequenceShapes.require(x);
        return scope.apply(new GlobalAveragePooling(), x);
    }

    @Override
    public String toString() {
        return "GlobalAvgPool1d()";
    }
}
