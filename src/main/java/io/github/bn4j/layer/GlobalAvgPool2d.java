package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.GlobalAveragePooling;

/**
 * The mean of each channel over all positions. Input {@code [channels, height, width]}, output {@code [channels]}; learns
 * nothing.
 */
public record GlobalAvgPool2d() implements Layer {

    /** The layer. */
    public static GlobalAvgPool2d of() {
        return new GlobalAvgPool2d();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Images.require(x);
        return scope.apply(new GlobalAveragePooling(), x);
    }

    @Override
    public String toString() {
        return "GlobalAvgPool2d()";
    }
}
