package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The shape of one example, without the batch axis: {@code [3, 32, 32]} for a colour image, {@code [64]} for plain
 * features, {@code []} for one number per example. Immutable; compared by value.
 */
public final class Shape {

    /** With the batch axis, as many as ND4J has. */
    private static final int MAX_RANK = 31;

    private final long[] dims;

    private Shape(long[] dims) {
        this.dims = dims;
    }

    /**
     * A shape with the given dimensions.
     *
     * @throws IllegalArgumentException if a dimension is below 1, or there are more than 31
     * @throws ArithmeticException if the elements are more than can be counted
     */
    public static Shape of(long... dims) {
        checkGiven(dims, "Shape", "dimensions");
        checkArgument(dims.length <= MAX_RANK, "Shape expects at most %s axes but got %s", MAX_RANK, dims.length);
        long size = 1;
        for (long dim : dims) {
            checkArgument(dim >= 1, "Shape expects dimensions of at least 1 but got %s", Arrays.toString(dims));
            if (dim > Long.MAX_VALUE / size) {
                throw new ArithmeticException(
                        "Shape expects at most " + Long.MAX_VALUE + " elements but got " + Arrays.toString(dims));
            }
            size *= dim;
        }
        return new Shape(dims.clone());
    }

    /** The number of axes. */
    public int rank() {
        return dims.length;
    }

    /** The length of axis {@code axis}. */
    public long dim(int axis) {
        return dims[axis];
    }

    /** The number of elements; 1 for {@code []}. */
    public long size() {
        return LongStream.of(dims).reduce(1, (product, dim) -> product * dim);
    }

    /** A copy of the dimensions. */
    public long[] dims() {
        return dims.clone();
    }

    /** The same shape with axis {@code axis} of length {@code length}. */
    public Shape with(int axis, long length) {
        long[] changed = dims.clone();
        changed[axis] = length;
        return Shape.of(changed);
    }

    /** The dimensions of an array that holds {@code batch} examples of this shape: the batch axis comes first. */
    public long[] batched(long batch) {
        long[] all = new long[dims.length + 1];
        all[0] = batch;
        System.arraycopy(dims, 0, all, 1, dims.length);
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return LongStream.of(dims).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
