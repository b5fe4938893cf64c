package io.github.bn4j.layer;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Resizing;

/** The check that all layers over sequences share. */
final class SequenceShapes {

    private SequenceShapes() {}

    /** The shape of {@code x}, if it is a sequence. */
    static Shape require(Value x) {
        if (x.shape().rank() != 2) {
            throw ShapeException.expected(
                    "input [channels, length]",
                    x.shape(),
                    x.shape().rank() == 3
                            ? "use the layer for images, whose name ends in 2d"
                            : "use a Reshape or move it before the Flatten");
        }
        return x.shape();
    }

    /** A sequence in another length, as an image of one row. */
    static Value resized(Scope scope, Value x, int length, Resizing.Mode mode) {
        Shape sequence = x.shape();
        Value row = scope.apply(new Reshaping(Shape.of(sequence.dim(0), 1, sequence.dim(1))), x);
        Value resized = scope.apply(new Resizing(1, length, mode), row);
        return scope.apply(new Reshaping(Shape.of(sequence.dim(0), length)), resized);
    }

    /** The shape of {@code x}, if it is a sequence whose channels fall into {@code groups} blocks. */
    static Shape requireGroups(Value x, int groups) {
        return Images.requireGroups(require(x), groups);
    }
}
