package io.github.bn4j.internal;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Elements of float32 arrays for loops in Java, which need one pass over memory where ND4J needs one per operation. */
public final class Floats {

    private static final int BLOCK = 1024;
    private static final ThreadLocal<int[]> BITS = ThreadLocal.withInitial(() -> new int[BLOCK]);
    private static final ThreadLocal<short[]> HALVES = ThreadLocal.withInitial(() -> new short[BLOCK]);

    private Floats() {}

    /** Whether loops may run over all arrays: dense row-major arrays of float32 in the memory of this process. */
    public static boolean areDense(INDArray... arrays) {
        for (INDArray array : arrays) {
            if (!HostMemory.holdsArrays() || array.dataType() != DataType.FLOAT || !Tensors.isDense(array)) {
                return false;
            }
        }
        return true;
    }

    /** Whether no element of a dense array is NaN or infinite. */
    static boolean areFinite(INDArray dense) {
        return haveExponentsBelow(255, dense);
    }

    /** Whether the size of every element of a dense array is below {@link Tensors#SMALL}; it takes no longer. */
    static boolean areSmall(INDArray dense) {
        return haveExponentsBelow(127 + Math.getExponent(Tensors.SMALL), dense);
    }

    private static boolean haveExponentsBelow(int biased, INDArray dense) {
        return haveExponentsBelow(biased, bits(dense));
    }

    /** The elements of a dense array in the memory of this process as bits, in place. */
    public static IntBuffer bits(INDArray dense) {
        return new FloatPointer(HostMemory.start(dense))
                .capacity(dense.length())
                .asByteBuffer()
                .asIntBuffer();
    }

    /** Whether none of some float32 numbers, given as bits, is NaN or infinite. */
    public static boolean areFinite(IntBuffer bits) {
        return haveExponentsBelow(255, bits);
    }

    /**
     * Copies numbers and looks at them on the way, while they are in the cache of the processor.
     *
     * @param from where they are, from number {@code first} on
     * @param to where they go. Numbers from {@code begin} up to {@code end} are modified.
     * @param bits the memory of {@code to}
     * @return whether none is NaN or infinite; if not, some may not be copied
     */
    public static boolean copy(FloatBuffer from, int first, FloatBuffer to, IntBuffer bits, int begin, int end) {
        for (int at = begin; at < end; at += BLOCK) {
            int length = Math.min(BLOCK, end - at);
            to.put(at, from, first + at, length);
            if (!haveExponentsBelow(255, bits, at, at + length)) {
                return false;
            }
        }
        return true;
    }

    private static boolean haveExponentsBelow(int biased, IntBuffer bits) {
        return haveExponentsBelow(biased, bits, 0, bits.limit());
    }

    private static boolean haveExponentsBelow(int biased, IntBuffer bits, int begin, int end) {
        int[] block = BITS.get();
        for (int from = begin; from < end; from += BLOCK) {
            int length = Math.min(BLOCK, end - from);
            bits.get(from, block, 0, length);
            if (hasExponentOf(biased, block, length)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The size of the largest of some float32 numbers, infinity if one is NaN.
     *
     * @param bits the numbers
     * @param usual if all are below 2 to the power of this, that is what is returned, in a quarter of the time
     */
    public static double size(IntBuffer bits, int usual) {
        int[] block = BITS.get();
        int largest = 0;
        for (int from = 0; from < bits.limit(); from += BLOCK) {
            int length = Math.min(BLOCK, bits.limit() - from);
            bits.get(from, block, 0, length);
            if (hasExponentOf(127 + usual, block, length)) {
                largest = Math.max(largest, largest(block, length));
            }
        }
        return largest == 0 ? Math.scalb(1.0, usual) : size(largest);
    }

    /** The size of the largest of some bfloat16 numbers, the upper halves of float32 numbers; infinity if one is NaN. */
    public static double sizeOfHalves(ShortBuffer bits) {
        short[] block = HALVES.get();
        int largest = 0;
        for (int from = 0; from < bits.limit(); from += BLOCK) {
            int length = Math.min(BLOCK, bits.limit() - from);
            bits.get(from, block, 0, length);
            for (int i = 0; i < length; i++) {
                largest = Math.max(largest, block[i] & 0x7fff);
            }
        }
        return size(largest << 16);
    }

    private static double size(int bits) {
        return bits < 0x7f800000 ? Float.intBitsToFloat(bits) : Double.POSITIVE_INFINITY;
    }

    /* Without their signs, numbers are in the order of their bits, and NaN is last. */
    private static int largest(int[] bits, int length) {
        int largest = 0;
        for (int i = 0; i < length; i++) {
            largest = Math.max(largest, bits[i] & 0x7fffffff);
        }
        return largest;
    }

    /* NaN and infinity have an exponent of ones, 255. Any from some number on carry into the sign when what that number lacks
     * of 256 is added. */
    private static boolean hasExponentOf(int biased, int[] bits, int length) {
        int lacking = (256 - biased) << 23;
        int carry = 0;
        for (int i = 0; i < length; i++) {
            carry |= (bits[i] & 0x7f800000) + lacking;
        }
        return carry < 0;
    }

    /** Whether float32 holds all of some numbers: none is NaN, infinite, or so large that it would be. */
    public static boolean hold(double... values) {
        for (double value : values) {
            if (!Float.isFinite((float) value)) {
                return false;
            }
        }
        return true;
    }

    /** The elements of any array in row-major order, without leaving a copy to the collector where it is dense. */
    public static double[] values(INDArray array) {
        if (!areDense(array)) {
            return Tensors.copy(array).data().asDouble();
        }
        FloatBuffer elements = HostMemory.floats(array);
        double[] values = new double[elements.limit()];
        for (int i = 0; i < values.length; i++) {
            values[i] = elements.get(i);
        }
        return values;
    }

    /** Writes elements in row-major order to any array. */
    public static void write(double[] values, INDArray array) {
        if (!areDense(array)) {
            array.assign(Tensors.of(array.dataType(), values, array.shape()));
            return;
        }
        FloatBuffer elements = HostMemory.floats(array);
        for (int i = 0; i < values.length; i++) {
            elements.put(i, (float) values[i]);
        }
    }
}
