package io.github.bn4j.internal;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Loops over elements of several dense float32 arrays of one length, block by block: plain Java arrays that stay in the
 * processor's first cache are what the compiler turns into vector instructions, which it does not do for buffers.
 */
public final class FloatBlocks {

    private static final int BLOCK = 1024;
    private static final int MOST = 4;

    /** One for each thread, as garbage of every step would make the heap grow. */
    private static final ThreadLocal<float[][]> BLOCKS = ThreadLocal.withInitial(() -> new float[MOST][BLOCK]);

    private FloatBlocks() {}

    /** What to do with a block. */
    @FunctionalInterface
    public interface Loop {

        /**
         * Works on the elements {@code 0 … length} of each array.
         *
         * @param block one array for each of the whole arrays, in their order. Modified.
         */
        void run(float[][] block, int length);
    }

    /**
     * Runs {@code loop} over all blocks.
     *
     * @param written how many of the arrays, from the first on, are written back
     * @param arrays at most four dense arrays of float32. The first {@code written} are modified.
     */
    public static void forEach(int written, Loop loop, INDArray... arrays) {
        FloatBuffer[] elements = new FloatBuffer[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            elements[i] = HostMemory.floats(arrays[i]);
        }
        int all = elements[0].limit();
        float[][] block = BLOCKS.get();
        for (int from = 0; from < all; from += BLOCK) {
            int length = Math.min(BLOCK, all - from);
            for (int i = 0; i < arrays.length; i++) {
                elements[i].get(from, block[i], 0, length);
            }
            loop.run(block, length);
            for (int i = 0; i < written; i++) {
                elements[i].put(from, block[i], 0, length);
            }
        }
    }
}
