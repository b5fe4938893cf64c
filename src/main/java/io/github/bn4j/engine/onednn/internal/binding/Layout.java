package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_by_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_by_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_reshape;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.javacpp.Pointer;

/**
 * How the float32 elements of a tensor lie in memory.
 *
 * @param descriptor oneDNN's description
 * @param dims lengths of the axes
 */
@SuppressWarnings("ArrayRecordComponent")
public record Layout(dnnl_memory_desc_t descriptor, long[] dims) {

    /** Row-major, as ND4J's 'c' order. */
    public static Layout plain(Resources resources, long... dims) {
        return strided(resources, dims, denseStrides(dims));
    }

    /** With the given distance between neighbours along each axis. */
    public static Layout strided(Resources resources, long[] dims, long[] strides) {
        dnnl_memory_desc_t descriptor = resources.own(new dnnl_memory_desc_t());
        check(dnnl_memory_desc_init_by_strides(descriptor, dims.length, dims, dnnl_f32, strides), "layout");
        return new Layout(descriptor, dims);
    }

    /** Left to the primitive. */
    public static Layout any(Resources resources, long... dims) {
        return tagged(resources, dnnl_format_tag_any, dims);
    }

    /** One of oneDNN's named layouts. */
    public static Layout tagged(Resources resources, int tag, long... dims) {
        dnnl_memory_desc_t descriptor = resources.own(new dnnl_memory_desc_t());
        check(dnnl_memory_desc_init_by_tag(descriptor, dims.length, dims, dnnl_f32, tag), "layout");
        return new Layout(descriptor, dims);
    }

    /** A copy of what a primitive asks for. */
    static Layout copy(Resources resources, dnnl_memory_desc_t descriptor) {
        dnnl_memory_desc_t copy = resources.own(new dnnl_memory_desc_t());
        Pointer.memcpy(copy, descriptor, copy.sizeof());
        long[] dims = new long[copy.ndims()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = copy.dims().get(axis);
        }
        return new Layout(copy, dims);
    }

    /** The part of {@code dims} elements that starts at {@code offsets}. */
    public Layout part(Resources resources, long[] offsets, long[] dims) {
        dnnl_memory_desc_t part = resources.own(new dnnl_memory_desc_t());
        check(dnnl_memory_desc_init_submemory(part, descriptor, dims, offsets), "part of a tensor");
        return new Layout(part, dims);
    }

    /** The same memory with other axes of length 1; the order of elements stays. */
    public Layout withDims(Resources resources, long... others) {
        dnnl_memory_desc_t descriptorOfOthers = resources.own(new dnnl_memory_desc_t());
        check(
                dnnl_memory_desc_reshape(descriptorOfOthers, descriptor, others.length, others),
                "layout with other axes of length 1");
        return new Layout(descriptorOfOthers, others);
    }

    public static long[] denseStrides(long... dims) {
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dims[axis];
        }
        return strides;
    }

    /** Whether elements lie alike. */
    public boolean same(Layout other) {
        return Arrays.equals(dims, other.dims) && dnnl_memory_desc_equal(descriptor, other.descriptor) != 0;
    }

    public long bytes() {
        return dnnl_memory_desc_get_size(descriptor);
    }

    public long elements() {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }
}
