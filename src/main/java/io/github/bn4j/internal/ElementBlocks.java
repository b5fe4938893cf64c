package io.github.bn4j.internal;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Loops over the elements of several arrays of one length, block by block and in double precision, whatever their type: one
 * pass over memory, and a rule that is written once.
 */
public final class ElementBlocks {

    private static final int BLOCK = 1024;

    private ElementBlocks() {}

    /** What to do with a block. */
    @FunctionalInterface
    public interface Loop {

        /**
         * Works on the elements {@code 0 … length} of each array.
         *
         * @param block one array for each of the whole arrays, in their order. Modified.
         */
        void run(double[][] block, int length);
    }

    /**
     * Runs {@code loop} over all blocks.
     *
     * @param written how many of the arrays, from the first on, are written back
     * @param arrays of one length, in any layout; elements are in row-major order. The first {@code written} are modified.
     */
    public static void forEach(int written, Loop loop, INDArray... arrays) {
        if (Floats.areDense(arrays)) {
            inBlocks(written, loop, arrays);
            return;
        }
        double[][] whole = new double[arrays.length][];
        for (int i = 0; i < arrays.length; i++) {
            whole[i] = Floats.values(arrays[i]);
        }
        loop.run(whole, whole[0].length);
        for (int i = 0; i < written; i++) {
            Floats.write(whole[i], arrays[i]);
        }
    }

    private static void inBlocks(int written, Loop loop, INDArray... arrays) {
        FloatBuffer[] elements = new FloatBuffer[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            elements[i] = HostMemory.floats(arrays[i]);
        }
        int all = elements[0].limit();
        int most = Math.min(BLOCK, all);
        float[] narrow = new float[most];
        double[][] block = new double[arrays.length][most];
        for (int from = 0; from < all; from += BLOCK) {
            int length = Math.min(BLOCK, all - from);
            for (int i = 0; i < arrays.length; i++) {
                elements[i].get(from, narrow, 0, length);
                widen(narrow, block[i], length);
            }
            loop.run(block, length);
            for (int i = 0; i < written; i++) {
                narrow(block[i], narrow, length);
                elements[i].put(from, narrow, 0, length);
            }
        }
    }

    private static void widen(float[] from, double[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = from[i];
        }
    }

    private static void narrow(double[] from, float[] to, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = (float) from[i];
        }
    }
}
