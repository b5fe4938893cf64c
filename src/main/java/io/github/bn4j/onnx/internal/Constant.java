package io.github.bn4j.onnx.internal;

import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tensor that is the same for all examples: floating-point numbers, or whole numbers such as shapes and truth values. Immutable.
 *
 * @param dims all axes
 * @param numbers the floating-point numbers, dense; null if they are whole, or there are none
 * @param whole the whole numbers in row-major order; empty if they are floating-point
 * @param name in the file, for messages and the names of parameters
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Constant(long[] dims, @Nullable INDArray numbers, long[] whole, String name) implements Operand {

    /** Stands in a shape for the number of examples, which the network leaves open. */
    static final long BATCH = Long.MIN_VALUE + 1;

    /** More whole numbers than any shape or index needs, but not more than fit anywhere. */
    static final int MOST_WHOLE = 1 << 22;

    static Constant of(INDArray numbers, String name) {
        return new Constant(numbers.shape(), numbers, new long[0], name);
    }

    static Constant whole(long[] values, String name, long... dims) {
        return new Constant(dims, null, values, name);
    }

    boolean isWhole() {
        return numbers == null;
    }

    long length() {
        return numbers == null ? whole.length : numbers.length();
    }

    int rank() {
        return dims.length;
    }

    /** All numbers, of which there are few, in row-major order. */
    double[] doubles() {
        return numbers == null
                ? Arrays.stream(whole).asDoubleStream().toArray()
                : numbers.dup('c').data().asDouble();
    }

    /** The floating-point numbers. */
    INDArray floats() {
        INDArray given = numbers;
        if (given == null) {
            throw new NodeRefusal("expects floating-point numbers but got " + this);
        }
        return given;
    }

    /** As floating-point numbers, in a type of the network. */
    INDArray array(DataType type) {
        return numbers == null
                ? Tensors.of(type, doubles(), dims)
                : numbers.dataType() == type ? numbers : numbers.castTo(type);
    }

    /** Under other axes of as many elements. */
    Constant reshaped(long... other) {
        return new Constant(other, numbers == null ? null : numbers.reshape('c', other), whole, name);
    }

    Constant named(String other) {
        return new Constant(dims, numbers, whole, other);
    }

    /** Whether all numbers are the same one. */
    boolean isAll(double value) {
        return Arrays.stream(doubles()).allMatch(number -> number == value);
    }

    boolean hasBatch() {
        return Arrays.stream(whole).anyMatch(value -> value == BATCH);
    }

    @Override
    public String toString() {
        return "constant \"" + name + "\" " + Arrays.toString(dims);
    }
}
