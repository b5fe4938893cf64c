package io.github.bn4j.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Elements of arrays as bytes, little-endian and in row-major order, as they are in files. */
public final class ElementBytes {

    private static final int CHUNK = 1 << 16;

    private ElementBytes() {}

    /**
     * Writes all elements.
     *
     * @param array float32 or float64, of at most 2³¹ − 1 elements, in any layout. Not modified.
     */
    public static void write(INDArray array, OutputStream out) throws IOException {
        INDArray dense = Tensors.dense(array, array.dataType());
        int length = (int) dense.length();
        int width = dense.dataType().width();
        boolean isFloat = dense.dataType() == DataType.FLOAT;
        FloatBuffer floats = isFloat ? HostMemory.floats(dense) : FloatBuffer.allocate(0);
        DoubleBuffer doubles = isFloat ? DoubleBuffer.allocate(0) : HostMemory.doubles(dense);
        byte[] chunk = new byte[Math.min(CHUNK, length * width)];
        ByteBuffer bytes = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < length; from += CHUNK / width) {
            int count = Math.min(CHUNK / width, length - from);
            if (isFloat) {
                bytes.asFloatBuffer().put(0, floats, from, count);
            } else {
                bytes.asDoubleBuffer().put(0, doubles, from, count);
            }
            out.write(chunk, 0, count * width);
        }
    }

    /**
     * Reads all elements.
     *
     * @param into dense, of the type that {@link ElementType#array} says. Modified.
     * @throws EOFException if there are fewer bytes
     */
    public static void read(InputStream in, ElementType type, INDArray into) throws IOException {
        int length = (int) into.length();
        boolean isFloat = into.dataType() == DataType.FLOAT;
        FloatBuffer floats = isFloat ? HostMemory.floats(into) : FloatBuffer.allocate(0);
        DoubleBuffer doubles = isFloat ? DoubleBuffer.allocate(0) : HostMemory.doubles(into);
        int width = type.width();
        byte[] chunk = new byte[(int) Math.min(CHUNK, (long) length * width)];
        ByteBuffer bytes = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < length; from += CHUNK / width) {
            int count = Math.min(CHUNK / width, length - from);
            if (in.readNBytes(chunk, 0, count * width) < count * width) {
                throw new EOFException("the file ended while it was read");
            }
            if (type == ElementType.F32) {
                floats.put(from, bytes.asFloatBuffer(), 0, count);
            } else if (type == ElementType.F64) {
                doubles.put(from, bytes.asDoubleBuffer(), 0, count);
            } else {
                for (int i = 0; i < count; i++) {
                    double element = type.get(bytes, i * width);
                    if (isFloat) {
                        floats.put(from + i, (float) element);
                    } else {
                        doubles.put(from + i, element);
                    }
                }
            }
        }
        if (isFloat) {
            HostMemory.put(floats, into);
        } else {
            HostMemory.put(doubles, into);
        }
    }

    /**
     * Reads elements as float32.
     *
     * @param bytes as many as {@code into} has elements of that type
     * @param into Modified.
     */
    public static void read(byte[] bytes, ElementType type, float[] into) {
        ByteBuffer elements = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (type == ElementType.F32) {
            elements.asFloatBuffer().get(into);
            return;
        }
        for (int i = 0; i < into.length; i++) {
            into[i] = (float) type.get(elements, i * type.width());
        }
    }
}
