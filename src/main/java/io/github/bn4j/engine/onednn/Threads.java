package io.github.bn4j.engine.onednn;

import io.github.bn4j.internal.Tensors;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads the primitives that this thread makes and runs are given. OpenMP keeps the number for each thread of the
 * program; ND4J's own arithmetic goes by the same one.
 */
final class Threads {

    private static final NativeOps OPENMP = openMp();

    /** What the process started with: the environment's wish, else a thread for each core. */
    static final int DEFAULT = current();

    private Threads() {}

    private static NativeOps openMp() {
        Tensors.start();
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    static int current() {
        return OPENMP.ompGetMaxThreads();
    }

    /** Sets the number for this thread, in a few nanoseconds. */
    static void use(int count) {
        OPENMP.setOmpNumThreads(count);
    }

    /** Runs something with another number. */
    static void with(int count, Runnable action) {
        int before = current();
        use(count);
        try {
            action.run();
        } finally {
            use(before);
        }
    }
}
