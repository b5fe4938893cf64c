package io.github.bn4j.layer;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;

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

    /** The shape of {@code x}, if it is a sequence whose channels fall into {@code groups} blocks. */
    static Shape requireGroups(Value x, int groups) {
        return Images.requireGroups(require(x), groups);
    }
}
