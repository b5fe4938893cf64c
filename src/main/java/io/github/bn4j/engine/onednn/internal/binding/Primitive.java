package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_iterator_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_iterator_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_iterator_fetch;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_iterator_next;
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

import java.util.function.Supplier;
import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc_iterator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

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
        check(dnnl_primitive_create(compiled, description), "primitive");
        resources.add(() -> dnnl_primitive_destroy(compiled));
    }

    /** Compiles what an operation descriptor asks for. */
    public static Primitive of(Resources resources, Pointer operation, @Nullable Primitive forward) {
        return of(resources, operation, forward, Native.ATTRIBUTES, 0);
    }

    /**
     * Compiles what an operation descriptor asks for with another implementation than oneDNN's first choice.
     *
     * @param rank how many implementations are passed over
     */
    public static Primitive of(
            Resources resources,
            Pointer operation,
            @Nullable Primitive forward,
            dnnl_primitive_attr attributes,
            int rank) {
        dnnl_primitive_desc hint = forward == null ? null : forward.description;
        const_dnnl_op_desc_t what = new const_dnnl_op_desc_t(operation);
        String name = operation.getClass().getSimpleName();
        return rank == 0
                ? of(
                        resources,
                        name,
                        description -> dnnl_primitive_desc_create(description, what, attributes, Native.ENGINE, hint))
                : of(resources, () -> describe(name, what, attributes, hint, rank));
    }

    private static dnnl_primitive_desc describe(
            String name,
            const_dnnl_op_desc_t what,
            dnnl_primitive_attr attributes,
            @Nullable dnnl_primitive_desc hint,
            int rank) {
        dnnl_primitive_desc_iterator implementations = new dnnl_primitive_desc_iterator();
        check(dnnl_primitive_desc_iterator_create(implementations, what, attributes, Native.ENGINE, hint), name);
        try {
            for (int passed = 0; passed < rank; passed++) {
                check(dnnl_primitive_desc_iterator_next(implementations), name);
            }
            return dnnl_primitive_desc_iterator_fetch(implementations);
        } finally {
            dnnl_primitive_desc_iterator_destroy(implementations);
        }
    }

    /** Creates a description and returns oneDNN's status. */
    public interface Creator {
        int create(dnnl_primitive_desc description);
    }

    /** Makes a primitive whose description is created by {@code creator}. */
    public static Primitive of(Resources resources, String name, Creator creator) {
        return of(resources, () -> {
            dnnl_primitive_desc description = new dnnl_primitive_desc();
            check(creator.create(description), name);
            return description;
        });
    }

    private static Primitive of(Resources resources, Supplier<dnnl_primitive_desc> descriptions) {
        dnnl_primitive_desc description = descriptions.get();
        if (Threads.current() == 1 || !isSmall(description)) {
            return new Primitive(resources, description);
        }
        dnnl_primitive_desc_destroy(description);
        return Threads.with(1, () -> new Primitive(resources, descriptions.get()));
    }

    private static boolean isSmall(dnnl_primitive_desc description) {
        dnnl_memory_desc_t x = either(description, dnnl_query_src_md, dnnl_query_diff_src_md);
        dnnl_memory_desc_t weights = either(description, dnnl_query_weights_md, dnnl_query_diff_weights_md);
        dnnl_memory_desc_t y = either(description, dnnl_query_dst_md, dnnl_query_diff_dst_md);
        long products = weights.ndims() == 0
                ? 0
                : elements(y) * elements(weights) / y.dims().get(1);
        return dnnl_memory_desc_get_size(x) + dnnl_memory_desc_get_size(weights) + dnnl_memory_desc_get_size(y)
                        <= FEW_BYTES
                && products <= FEW_PRODUCTS;
    }

    private static dnnl_memory_desc_t either(dnnl_primitive_desc description, int what, int gradient) {
        dnnl_memory_desc_t first = dnnl_primitive_desc_query_md(description, what, 0);
        return first.ndims() > 0 ? first : dnnl_primitive_desc_query_md(description, gradient, 0);
    }

    private static long elements(dnnl_memory_desc_t descriptor) {
        long elements = 1;
        for (int axis = 0; axis < descriptor.ndims(); axis++) {
            elements *= descriptor.dims().get(axis);
        }
        return elements;
    }

    /** How many threads it is made for, and has to be run with. */
    public int threads() {
        return threads;
    }

    public dnnl_primitive compiled() {
        return compiled;
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
        return Layout.copy(resources, dnnl_primitive_desc_query_md(description, what, 0));
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
