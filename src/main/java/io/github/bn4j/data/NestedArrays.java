package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.internal.file.Memory;
import io.github.bn4j.internal.HostMemory;
import java.lang.reflect.Array;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays of arrays of numbers, such as {@code float[][]}, as one array. */
final class NestedArrays {

    private final String what;
    private final long[] shape;
    private final DataType type;

    private NestedArrays(String what, long[] shape, DataType type) {
        this.what = what;
        this.shape = shape;
        this.type = type;
    }

    /**
     * One array of the same shape.
     *
     * @param what they are, for messages
     * @param rows arrays of {@code float}, {@code double}, {@code int}, {@code long} or {@code short}, or arrays of such. Not modified.
     * @return float64 where the first numbers are of {@code double}, else float32
     * @throws IllegalArgumentException if there is none, they are of other things, or one has another length than the first
     */
    static INDArray of(String what, Object... rows) {
        List<Long> lengths = new ArrayList<>();
        Object first = rows;
        while (first instanceof Object[] several) {
            checkArgument(
                    several.length > 0,
                    "Dataset expects at least one %s but got an empty array",
                    lengths.isEmpty() ? "example" : "number in each example");
            lengths.add((long) several.length);
            first = checkGiven(several[0], "Dataset", "an array of numbers as " + what + " of row 0");
        }
        checkArgument(
                isOfNumbers(first),
                "Dataset expects arrays of float, double or int as %s but got %s; convert them, bytes of pixels by"
                        + " (b & 0xff)",
                what,
                first.getClass().getSimpleName());
        checkArgument(
                Array.getLength(first) > 0,
                "Dataset expects at least one number in each example but got an empty array");
        lengths.add((long) Array.getLength(first));
        long[] shape = lengths.stream().mapToLong(Long::longValue).toArray();
        DataType type = first instanceof double[] ? DataType.DOUBLE : DataType.FLOAT;
        return new NestedArrays(what, shape, type).joined(rows);
    }

    private static boolean isOfNumbers(@Nullable Object array) {
        return array instanceof float[]
                || array instanceof double[]
                || array instanceof int[]
                || array instanceof long[]
                || array instanceof short[];
    }

    private INDArray joined(Object... rows) {
        INDArray joined = Memory.array("Dataset", type, shape);
        if (type == DataType.DOUBLE) {
            DoubleBuffer to = HostMemory.doubles(joined);
            for (int row = 0; row < rows.length; row++) {
                addDoubles(rows[row], 1, row, to);
            }
            HostMemory.put(to, joined);
        } else {
            FloatBuffer to = HostMemory.floats(joined);
            for (int row = 0; row < rows.length; row++) {
                addFloats(rows[row], 1, row, to);
            }
            HostMemory.put(to, joined);
        }
        return joined;
    }

    private void addDoubles(@Nullable Object part, int axis, int row, DoubleBuffer to) {
        if (axis < shape.length - 1) {
            for (Object inner : parts(part, axis, row)) {
                addDoubles(inner, axis + 1, row, to);
            }
            return;
        }
        Object numbers = numbers(part, row);
        if (numbers instanceof double[] doubles) {
            to.put(doubles);
        } else {
            for (int i = 0; i < Array.getLength(numbers); i++) {
                to.put(Array.getDouble(numbers, i));
            }
        }
    }

    private void addFloats(@Nullable Object part, int axis, int row, FloatBuffer to) {
        if (axis < shape.length - 1) {
            for (Object inner : parts(part, axis, row)) {
                addFloats(inner, axis + 1, row, to);
            }
            return;
        }
        Object numbers = numbers(part, row);
        if (numbers instanceof float[] floats) {
            to.put(floats);
        } else {
            for (int i = 0; i < Array.getLength(numbers); i++) {
                to.put((float) Array.getDouble(numbers, i));
            }
        }
    }

    private Object[] parts(@Nullable Object part, int axis, int row) {
        if (part instanceof Object[] parts && parts.length == shape[axis]) {
            return parts;
        }
        throw other(part, row);
    }

    private Object numbers(@Nullable Object part, int row) {
        if (part != null && isOfNumbers(part) && Array.getLength(part) == shape[shape.length - 1]) {
            return part;
        }
        throw other(part, row);
    }

    private IllegalArgumentException other(@Nullable Object part, int row) {
        String got = part == null
                ? "null"
                : part.getClass().isArray()
                        ? part.getClass().getComponentType().getSimpleName() + "[" + Array.getLength(part) + "]"
                        : part.getClass().getSimpleName();
        return new IllegalArgumentException("Dataset expects " + what + " of shape "
                + Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length)) + " in each row, like row 0, but got "
                + got + " in row " + row + "; give all rows the same length");
    }
}
