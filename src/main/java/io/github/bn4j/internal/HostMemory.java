package io.github.bn4j.internal;

import static io.github.bn4j.internal.Checks.checkState;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Elements of arrays as buffers for loops in Java: in place where the backend of ND4J keeps arrays in the memory of this process, and
 * copies where it keeps them on a device, as that for CUDA does. Nothing but this class and oneDNN's programs reaches into the
 * memory of arrays.
 */
public final class HostMemory {

    /** A property to say that arrays are on a device whatever the backend is, with the value {@code true}. */
    public static final String DEVICE = "bn4j.device";

    private static final boolean HERE = find();

    private HostMemory() {}

    private static boolean find() {
        Tensors.start();
        return !Boolean.getBoolean(DEVICE) && Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
    }

    /** Whether arrays are in the memory of this process. */
    public static boolean holdsArrays() {
        return HERE;
    }

    /**
     * The first byte of a dense array.
     *
     * @throws IllegalStateException if arrays are not in the memory of this process
     */
    public static Pointer start(INDArray dense) {
        return base(dense).addressPointer().getPointer(0);
    }

    /**
     * All bytes, at most 2³¹ − 1, of the array that another is a view of: itself if it is none.
     *
     * @throws IllegalStateException if arrays are not in the memory of this process
     */
    public static ByteBuffer whole(INDArray array) {
        return base(array).asNio();
    }

    private static DataBuffer base(INDArray array) {
        checkState(
                HERE,
                "bn4j expects arrays in the memory of this process but got a backend that keeps them on a device");
        return array.data();
    }

    /** The elements of a dense array of float32, in place or copied; {@link #put} brings back what has been written to them. */
    public static FloatBuffer floats(INDArray dense) {
        return HERE
                ? new FloatPointer(start(dense)).capacity(dense.length()).asBuffer()
                : FloatBuffer.wrap(Tensors.copy(dense).data().asFloat());
    }

    /** The elements of a dense array of float64, in place or copied; {@link #put} brings back what has been written to them. */
    public static DoubleBuffer doubles(INDArray dense) {
        return HERE
                ? new DoublePointer(start(dense)).capacity(dense.length()).asBuffer()
                : DoubleBuffer.wrap(Tensors.copy(dense).data().asDouble());
    }

    /** Brings what has been written to the elements of an array to where it is, if they are a copy. */
    public static void put(FloatBuffer elements, INDArray dense) {
        if (elements.hasArray()) {
            dense.assign(Nd4j.createFromArray(elements.array()).reshape('c', dense.shape()));
        }
    }

    /** Brings what has been written to the elements of an array to where it is, if they are a copy. */
    public static void put(DoubleBuffer elements, INDArray dense) {
        if (elements.hasArray()) {
            dense.assign(Tensors.of(DataType.DOUBLE, elements.array(), dense.shape()));
        }
    }
}
