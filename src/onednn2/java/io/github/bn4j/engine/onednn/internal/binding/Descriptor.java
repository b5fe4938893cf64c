package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_by_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_by_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_reshape;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;

import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.Pointer;

/**
 * What oneDNN 2 calls a memory descriptor. All of oneDNN that differs between versions is here and in
 * {@link Operations}.
 */
final class Descriptor {

    /** For oneDNN's functions. */
    final dnnl_memory_desc_t pointer;

    private Descriptor(Resources resources) {
        pointer = resources.own(new dnnl_memory_desc_t());
    }

    static Descriptor ofStrides(Resources resources, ElementType type, long[] dims, long[] strides) {
        Descriptor made = new Descriptor(resources);
        check(dnnl_memory_desc_init_by_strides(made.pointer, dims.length, dims, type.number, strides), "layout");
        return made;
    }

    static Descriptor ofTag(Resources resources, ElementType type, int tag, long... dims) {
        Descriptor made = new Descriptor(resources);
        check(dnnl_memory_desc_init_by_tag(made.pointer, dims.length, dims, type.number, tag), "layout");
        return made;
    }

    /** A copy of what a primitive says of one of its tensors; without axes if it has none such. */
    static Descriptor of(Resources resources, dnnl_primitive_desc primitive, int query) {
        Descriptor made = new Descriptor(resources);
        Pointer.memcpy(made.pointer, dnnl_primitive_desc_query_md(primitive, query, 0), made.pointer.sizeof());
        return made;
    }

    Descriptor part(Resources resources, long[] offsets, long[] dims) {
        Descriptor made = new Descriptor(resources);
        check(dnnl_memory_desc_init_submemory(made.pointer, pointer, dims, offsets), "part of a tensor");
        return made;
    }

    Descriptor withDims(Resources resources, long... dims) {
        Descriptor made = new Descriptor(resources);
        check(dnnl_memory_desc_reshape(made.pointer, pointer, dims.length, dims), "layout with other axes of length 1");
        return made;
    }

    long[] dims() {
        long[] dims = new long[pointer.ndims()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = pointer.dims().get(axis);
        }
        return dims;
    }

    /** Whether the elements are of a type. */
    boolean has(ElementType type) {
        return pointer.data_type() == type.number;
    }

    boolean same(Descriptor other) {
        return dnnl_memory_desc_equal(pointer, other.pointer) != 0;
    }

    long bytes() {
        return dnnl_memory_desc_get_size(pointer);
    }
}
