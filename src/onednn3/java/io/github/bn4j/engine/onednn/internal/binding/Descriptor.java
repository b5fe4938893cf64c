package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_clone;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_query;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_reshape;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_data_type;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_dims;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_ndims_s32;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * What oneDNN 3 calls a memory descriptor. All of oneDNN that differs between versions is here and in
 * {@link Operations}.
 */
final class Descriptor {

    /** For oneDNN's functions; null for a tensor that a primitive does not have. */
    final @Nullable dnnl_memory_desc pointer;

    private Descriptor(@Nullable dnnl_memory_desc pointer) {
        this.pointer = pointer;
    }

    /** Makes a descriptor and returns oneDNN's status. */
    private interface Maker {
        int make(dnnl_memory_desc made);
    }

    private static Descriptor of(Resources resources, String name, Maker maker) {
        dnnl_memory_desc made = new dnnl_memory_desc();
        check(maker.make(made), name);
        resources.add(() -> dnnl_memory_desc_destroy(made));
        return new Descriptor(made);
    }

    static Descriptor ofStrides(Resources resources, ElementType type, long[] dims, long[] strides) {
        return of(
                resources,
                "layout",
                made -> dnnl_memory_desc_create_with_strides(made, dims.length, dims, type.number, strides));
    }

    static Descriptor ofTag(Resources resources, ElementType type, int tag, long... dims) {
        return of(
                resources,
                "layout",
                made -> dnnl_memory_desc_create_with_tag(made, dims.length, dims, type.number, tag));
    }

    /** A copy of what a primitive says of one of its tensors; without axes if it has none such. */
    static Descriptor of(Resources resources, dnnl_primitive_desc primitive, int query) {
        dnnl_memory_desc theirs = dnnl_primitive_desc_query_md(primitive, query, 0);
        return theirs == null
                ? new Descriptor(null)
                : of(resources, "layout of a primitive", made -> dnnl_memory_desc_clone(made, theirs));
    }

    Descriptor part(Resources resources, long[] offsets, long[] dims) {
        return of(
                resources, "part of a tensor", made -> dnnl_memory_desc_create_submemory(made, pointer, dims, offsets));
    }

    Descriptor withDims(Resources resources, long... dims) {
        return of(
                resources,
                "layout with other axes of length 1",
                made -> dnnl_memory_desc_reshape(made, pointer, dims.length, dims));
    }

    long[] dims() {
        if (pointer == null) {
            return new long[0];
        }
        try (IntPointer rank = new IntPointer(1);
                PointerPointer<LongPointer> lengths = new PointerPointer<>(1)) {
            check(dnnl_memory_desc_query(pointer, dnnl_query_ndims_s32, rank), "rank");
            long[] dims = new long[rank.get()];
            if (dims.length > 0) {
                check(dnnl_memory_desc_query(pointer, dnnl_query_dims, lengths), "lengths");
                lengths.get(LongPointer.class, 0).get(dims);
            }
            return dims;
        }
    }

    /** Whether the elements are of a type. */
    boolean has(ElementType type) {
        if (pointer == null) {
            return false;
        }
        try (IntPointer number = new IntPointer(1)) {
            check(dnnl_memory_desc_query(pointer, dnnl_query_data_type, number), "type of elements");
            return number.get() == type.number;
        }
    }

    boolean same(Descriptor other) {
        return dnnl_memory_desc_equal(pointer, other.pointer) != 0;
    }

    long bytes() {
        return pointer == null ? 0 : dnnl_memory_desc_get_size(pointer);
    }
}
