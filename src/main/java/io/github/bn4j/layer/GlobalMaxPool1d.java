package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Sliding;

/** The largest element of each channel over a whole sequence. Input {@code [channels, length]}, output {@code [channels]}; learns nothing. */
public record GlobalMaxPool1d() implements Layer {

    /** The layer. */
    public static GlobalMaxPool1d of() {
        return new GlobalMaxPool1d();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape sequence = SequenceShapes.require(x);
        int length = Math.toIntExact(sequence.dim(1));
        Value largest = scope.apply(new MaxPooling(1, length, Sliding.BY_ONE, Sliding.BY_ONE), x);
        return scope.apply(new Reshaping(Shape.of(sequence.dim(0))), largest);
    }

    @Override
    public String toString() {
        return "GlobalMaxPool1d()";
    }
}
