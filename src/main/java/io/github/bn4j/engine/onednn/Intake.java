package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.HelperThreads;
import io.github.bn4j.internal.Floats;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Copies the numbers of an input to where the steps of a program read them, and looks for NaN and infinity in the same pass over
 * memory; large inputs on all threads of the program.
 *
 * @param input where they go, as float32 in row-major order
 * @param threads of the program
 */
record Intake(Buffer input, int threads) {

    /** It takes longer to copy so many numbers than to wake a thread. */
    private static final int WORTH_A_THREAD = 1 << 18;

    /**
     * Copies one of several batches.
     *
     * @param batches one after another
     * @param number of the batch, from 0
     * @return whether all of its numbers are finite
     */
    boolean take(FloatBuffer batches, int number) {
        FloatBuffer to = input.floats();
        IntBuffer bits = input.bits();
        int length = to.limit();
        int first = number * length;
        int parts = Math.min(threads, length / WORTH_A_THREAD);
        if (parts < 2) {
            return Floats.copy(batches, first, to, bits, 0, length);
        }
        AtomicBoolean finite = new AtomicBoolean(true);
        List<Runnable> copies = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int begin = (int) ((long) length * i / parts);
            int end = (int) ((long) length * (i + 1) / parts);
            copies.add(() -> {
                if (!Floats.copy(batches, first, to, bits, begin, end)) {
                    finite.set(false);
                }
            });
        }
        HelperThreads.run(copies);
        return finite.get();
    }
}
