package io.github.bn4j.engine.onednn.internal.binding;

import java.util.Arrays;

/** How the elements of a tensor lie in memory. */
public final class Layout {

    private final Descriptor descriptor;
    private final long[] dims;

    private Layout(Descriptor descriptor, long... dims) {
        this.descriptor = descriptor;
        this.dims = dims;
    }

    /** Float32 in row-major order, as ND4J's 'c' order. */
    public static Layout plain(Resources resources, long... dims) {
        return plain(resources, ElementType.FLOAT32, dims);
    }

    /** Row-major. */
    public static Layout plain(Resources resources, ElementType type, long... dims) {
        return strided(resources, type, dims, denseStrides(dims));
    }

    /** With the given distance between neighbours along each axis, in elements. */
    public static Layout strided(Resources resources, ElementType type, long[] dims, long[] strides) {
        return new Layout(Descriptor.ofStrides(resources, type, dims, strides), dims);
    }

    /** Left to the primitive. */
    public static Layout any(Resources resources, ElementType type, long... dims) {
        return images(resources, type, ChannelOrder.ANY, dims);
    }

    /** Of a batch of images or sequences. */
    public static Layout images(Resources resources, ElementType type, ChannelOrder order, long... dims) {
        return tagged(resources, type, order.tagOfImages(dims.length), dims);
    }

    /** One of oneDNN's named layouts. */
    static Layout tagged(Resources resources, ElementType type, int tag, long... dims) {
        return new Layout(Descriptor.ofTag(resources, type, tag, dims), dims);
    }

    /** A copy of what a primitive asks for. */
    static Layout of(Descriptor descriptor) {
        return new Layout(descriptor, descriptor.dims());
    }

    /** The part of {@code dims} elements that starts at {@code offsets}. */
    public Layout part(Resources resources, long[] offsets, long[] dims) {
        return new Layout(descriptor.part(resources, offsets, dims), dims);
    }

    /** The same memory with other axes of length 1; the order of elements stays. */
    public Layout withDims(Resources resources, long... others) {
        return new Layout(descriptor.withDims(resources, others), others);
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

    Descriptor descriptor() {
        return descriptor;
    }

    /** Lengths of the axes. */
    public long[] dims() {
        return dims;
    }

    /** What the elements are; anything else than float32 and bfloat16, as in what one primitive keeps for another, counts as the former. */
    public ElementType type() {
        return descriptor.has(ElementType.BFLOAT16) ? ElementType.BFLOAT16 : ElementType.FLOAT32;
    }

    /** Whether elements are of one type and lie alike. */
    public boolean same(Layout other) {
        return Arrays.equals(dims, other.dims) && descriptor.same(other.descriptor);
    }

    public long bytes() {
        return descriptor.bytes();
    }

    public long elements() {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }
}
