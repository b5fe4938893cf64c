package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_out_of_memory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query;
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

import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * One compiled operation of oneDNN. It is made for the threads that are in use when it is made, or for one where waking the
 * others would take longer than they save.
 */
public final class Primitive {

    /* To start and join a second thread takes 4 µs, in which one does some 300,000 products or moves 100 kB. */
    private static final long FEW_PRODUCTS = 1 << 20;
    private static final long FEW_BYTES = 1 << 18;

    private final Resources resources;
    private final dnnl_primitive_desc description;
    private final dnnl_primitive compiled = new dnnl_primitive();
    private final int threads;

    private Primitive(Resources resources, dnnl_primitive_desc description) {
        this.resources = resources;
        this.description = description;
        this.threads = Threads.current();
        resources.add(() -> dnnl_primitive_desc_destroy(description));
        int status = dnnl_primitive_create(compiled, description);
        // For Arm there are implementations that can be described and not made, which is told as a lack of memory.
        while (status == dnnl_out_of_memory && Operations.describeNext(description)) {
            status = dnnl_primitive_create(compiled, description);
        }
        check(status, "primitive");
        resources.add(() -> dnnl_primitive_destroy(compiled));
    }

    /** Compiles what is described. */
    static Primitive of(Resources resources, Supplier<dnnl_primitive_desc> descriptions) {
        dnnl_primitive_desc description = descriptions.get();
        if (Threads.current() == 1 || !isSmall(description)) {
            return new Primitive(resources, description);
        }
        dnnl_primitive_desc_destroy(description);
        return Threads.with(1, () -> new Primitive(resources, descriptions.get()));
    }

    private static boolean isSmall(dnnl_primitive_desc description) {
        try (Resources own = new Resources()) {
            Layout x = either(own, description, dnnl_query_src_md, dnnl_query_diff_src_md);
            Layout weights = either(own, description, dnnl_query_weights_md, dnnl_query_diff_weights_md);
            Layout y = either(own, description, dnnl_query_dst_md, dnnl_query_diff_dst_md);
            long products = weights.dims().length == 0 ? 0 : y.elements() * weights.elements() / y.dims()[1];
            return x.bytes() + weights.bytes() + y.bytes() <= FEW_BYTES && products <= FEW_PRODUCTS;
        }
    }

    private static Layout either(Resources own, dnnl_primitive_desc description, int what, int gradient) {
        Layout first = Layout.of(Descriptor.of(own, description, what));
        return first.dims().length > 0 ? first : Layout.of(Descriptor.of(own, description, gradient));
    }

    /** How many threads it is made for, and has to be run with. */
    public int threads() {
        return threads;
    }

    dnnl_primitive compiled() {
        return compiled;
    }

    dnnl_primitive_desc description() {
        return description;
    }

    public Layout source() {
        return layout(dnnl_query_src_md);
    }

    public Layout weights() {
        return layout(dnnl_query_weights_md);
    }

    public Layout destination() {
        return layout(dnnl_query_dst_md);
    }

    public Layout sourceGradient() {
        return layout(dnnl_query_diff_src_md);
    }

    public Layout weightsGradient() {
        return layout(dnnl_query_diff_weights_md);
    }

    public Layout destinationGradient() {
        return layout(dnnl_query_diff_dst_md);
    }

    public Layout workspace() {
        return layout(dnnl_query_workspace_md);
    }

    public Layout scratchpad() {
        return layout(dnnl_query_scratchpad_md);
    }

    private Layout layout(int what) {
        return Layout.of(Descriptor.of(resources, description, what));
    }

    /** Name of the implementation, such as {@code brgemm:avx512_core}. */
    public String implementation() {
        try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
            check(dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, text), "implementation");
            return text.get(BytePointer.class, 0).getString();
        }
    }

    /** Whether this is a loop that works for everything, hundreds of times slower than what is made for a layout. */
    public boolean isReference() {
        return implementation().contains("ref");
    }
}
