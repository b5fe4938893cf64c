package io.github.bn4j.engine.onednn;

import static io.github.bn4j.engine.onednn.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_dst_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_src_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_dst_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_impl_info_str;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_src_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;

import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** One compiled operation of oneDNN. */
final class Primitive {

    private final Resources resources;
    private final dnnl_primitive_desc description;
    private final dnnl_primitive compiled = new dnnl_primitive();

    private Primitive(Resources resources, dnnl_primitive_desc description) {
        this.resources = resources;
        this.description = description;
        resources.add(() -> dnnl_primitive_desc_destroy(description));
        check(dnnl_primitive_create(compiled, description), "primitive");
        resources.add(() -> dnnl_primitive_destroy(compiled));
    }

    /** Compiles what an operation descriptor asks for. */
    static Primitive of(Resources resources, Pointer operation, @Nullable Primitive forward) {
        return of(resources, operation, forward, Native.ATTRIBUTES);
    }

    static Primitive of(
            Resources resources, Pointer operation, @Nullable Primitive forward, dnnl_primitive_attr attributes) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        dnnl_primitive_desc hint = forward == null ? null : forward.description;
        String name = operation.getClass().getSimpleName();
        check(
                dnnl_primitive_desc_create(
                        description, new const_dnnl_op_desc_t(operation), attributes, Native.ENGINE, hint),
                name);
        return new Primitive(resources, description);
    }

    /** Makes a primitive whose description is created by {@code creator}. */
    static Primitive of(Resources resources, String name, Creator creator) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        check(creator.create(description), name);
        return new Primitive(resources, description);
    }

    interface Creator {
        int create(dnnl_primitive_desc description);
    }

    dnnl_primitive compiled() {
        return compiled;
    }

    Layout source() {
        return layout(dnnl_query_src_md);
    }

    Layout weights() {
        return layout(dnnl_query_weights_md);
    }

    Layout destination() {
        return layout(dnnl_query_dst_md);
    }

    Layout sourceGradient() {
        return layout(dnnl_query_diff_src_md);
    }

    Layout weightsGradient() {
        return layout(dnnl_query_diff_weights_md);
    }

    Layout destinationGradient() {
        return layout(dnnl_query_diff_dst_md);
    }

    Layout workspace() {
        return layout(dnnl_query_workspace_md);
    }

    Layout scratchpad() {
        return layout(dnnl_query_scratchpad_md);
    }

    private Layout layout(int what) {
        return Layout.copy(resources, dnnl_primitive_desc_query_md(description, what, 0));
    }

    /** Name of the implementation, such as {@code brgemm:avx512_core}. */
    String implementation() {
        try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
            check(dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, text), "implementation");
            return text.get(BytePointer.class, 0).getString();
        }
    }

    /** Whether this is a loop that works for everything, hundreds of times slower than what is made for a layout. */
    boolean isReference() {
        return implementation().contains("ref");
    }
}
