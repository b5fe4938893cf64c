package io.github.bn4j.engine.onednn.internal.lowering;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.bn4j.engine.onednn.internal.binding.Native;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.graph.Shape;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;

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
    static dnnl_primitive_attr of(FusedCall call, Resources resources) {
        return call.activation() == null ? Native.ATTRIBUTES : relu(resources);
    }

    static dnnl_primitive_attr relu(Resources resources) {
        dnnl_post_ops operations = new dnnl_post_ops();
        check(dnnl_post_ops_create(operations), "post-operations");
        resources.add(() -> dnnl_post_ops_destroy(operations));
        check(dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0), "ReLU");
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        check(dnnl_primitive_attr_create(attributes), "attributes");
        resources.add(() -> dnnl_primitive_attr_destroy(attributes));
        check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "attributes");
        check(dnnl_primitive_attr_set_post_ops(attributes, operations), "post-operations");
        return attributes;
    }
}
