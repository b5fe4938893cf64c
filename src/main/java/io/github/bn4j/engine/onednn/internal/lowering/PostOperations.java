package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.graph.Shape;

/** What a primitive does to its result before it writes it. */
final class PostOperations {

    /* The longest vector that oneDNN has kernels for, in elements. */
    private static final int VECTOR = 16;

    private PostOperations() {}

    /**
     * Whether a sum of two values can take a post-operation. Where the last block of channels is not a whole vector, oneDNN
     * 2.5.2 computes such sums wrong, and writes beyond their memory: docs/decisions/0012.
     */
    static boolean areSafeOnSums(Shape shape) {
        return shape.rank() > 0 && shape.dim(0) % VECTOR == 0;
    }

    /** The attributes of a primitive that takes in the ReLU of a call, if it has one. */
    static Attributes of(FusedCall call, Resources resources) {
        return call.activation() == null ? Attributes.NONE : Attributes.relu(resources);
    }
}
