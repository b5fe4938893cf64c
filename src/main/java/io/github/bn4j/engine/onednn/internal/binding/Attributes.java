package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;

/** What a primitive is asked for beside its operation. Memory for intermediate results is always the program's. */
public final class Attributes {

    /** Nothing but that. */
    public static final Attributes NONE = new Attributes();

    /** For oneDNN's functions. */
    final dnnl_primitive_attr pointer = new dnnl_primitive_attr();

    private Attributes() {
        check(dnnl_primitive_attr_create(pointer), "attributes");
        check(dnnl_primitive_attr_set_scratchpad_mode(pointer, dnnl_scratchpad_mode_user), "attributes");
    }

    /** That the result goes through a ReLU before it is written. */
    public static Attributes relu(Resources resources) {
        dnnl_post_ops operations = new dnnl_post_ops();
        check(dnnl_post_ops_create(operations), "post-operations");
        resources.add(() -> dnnl_post_ops_destroy(operations));
        check(Operations.appendRelu(operations), "ReLU");
        Attributes attributes = new Attributes();
        resources.add(() -> dnnl_primitive_attr_destroy(attributes.pointer));
        check(dnnl_primitive_attr_set_post_ops(attributes.pointer, operations), "post-operations");
        return attributes;
    }
}
