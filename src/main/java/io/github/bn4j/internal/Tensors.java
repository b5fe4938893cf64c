package io.github.bn4j.internal;

import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Tensors that outlive a program step. Every first use of ND4J in this library comes through {@link #start}. */
public final class Tensors {

    /** Numbers that {@link #isSmall} lets pass are smaller in size: far from what float32 cannot hold. */
    public static final double SMALL = 0x1p40;

    private Tensors() {}

    /**
     * Makes sure that ND4J has been initialised with a class loader that sees its backend.
     *
     * @throws IllegalStateException if its natives cannot be loaded
     */
    public static void start() {
        Natives.start();
    }

    /** A new array of zeros, outside every workspace. */
    public static INDArray zeros(DataType type, long... shape) {
        start();
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return Nd4j.create(type, shape);
        }
    }

    /** A new 'c'-ordered array of the given type with the given values in row-major order, outside every workspace. */
    public static INDArray of(DataType type, double[] values, long... shape) {
        start();
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            INDArray doubles = Nd4j.createFromArray(values);
            INDArray typed = type == DataType.DOUBLE ? doubles : doubles.castTo(type);
            return typed.reshape('c', shape);
        }
    }

    /** A new 'c'-ordered array of float32 with the given values in row-major order, outside every workspace. */
    public static INDArray of(float[] values, long... shape) {
        start();
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return Nd4j.createFromArray(values).reshape('c', shape);
        }
    }

    /** A number as an array {@code [1]} in float64. */
    public static INDArray number(double value) {
        return of(DataType.DOUBLE, new double[] {value}, 1);
    }

    /** A copy in row-major order that shares nothing with {@code array}, outside every workspace. Not modified. */
    public static INDArray copy(INDArray array) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return array.dup('c');
        }
    }

    /**
     * The same numbers as a dense row-major array of {@code type}: {@code array} itself where it is one already, else a
     * copy. Not modified.
     */
    public static INDArray dense(INDArray array, DataType type) {
        INDArray typed = array.dataType() == type ? array : array.castTo(type);
        return isDense(typed) ? typed : typed.dup('c');
    }

    /**
     * Whether the elements lie one after another in row-major order. Only distances count: ND4J labels a range of a vector as
     * 'f', and gives an axis of one element any stride.
     */
    static boolean isDense(INDArray array) {
        long next = 1;
        for (int axis = array.rank() - 1; axis >= 0; axis--) {
            if (array.size(axis) != 1 && array.stride(axis) != next) {
                return false;
            }
            next *= array.size(axis);
        }
        return true;
    }

    /** Whether the size of every element is below {@link #SMALL}, which NaN and infinity are not. Not modified. */
    public static boolean isSmall(INDArray array) {
        return Floats.areDense(array)
                ? Floats.areSmall(array)
                : isFinite(array) && array.amaxNumber().doubleValue() < SMALL;
    }

    /** Whether every element is finite. Not modified. */
    public static boolean isFinite(INDArray array) {
        if (array.isEmpty() || !array.dataType().isFPType()) {
            return true;
        }
        if (Floats.areDense(array)) {
            return Floats.areFinite(array);
        }
        // A sum of finite numbers can overflow, so only a non-finite sum is looked at more closely.
        return Double.isFinite(array.sumNumber().doubleValue())
                || DoubleStream.of(array.dup('c').data().asDouble()).allMatch(Double::isFinite);
    }
}
