package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Sliding;

/** The largest element of each channel over all positions. Input {@code [channels, height, width]}, output {@code [channels]}; learns nothing. */
public record GlobalMaxPool2d() implements Layer {

    /** The layer. */
    public static GlobalMaxPool2d of() {
        return new GlobalMaxPool2d();
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.require(x);
        int height = Math.toIntExact(image.dim(1));
        int width = Math.toIntExact(image.dim(2));
        Value largest = scope.apply(new MaxPooling(height, width, Sliding.BY_ONE, Sliding.BY_ONE), x);
        return scope.apply(new Reshaping(Shape.of(image.dim(0))), largest);
    }

    @Override
    public String toString() {
        return "GlobalMaxPool2d()";
    }
}
