package io.github.bn4j.internal;

import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The number of threads that OpenMP gives native code; it keeps one for each thread of the program. */
public final class OpenMp {

    /**
     * Whether ND4J and oneDNN have one OpenMP, so that the number counts for both. Elsewhere oneDNN brings its own, which nothing in
     * Java can reach: it takes what {@code OMP_NUM_THREADS} says, else a thread for each core.
     */
    public static final boolean IS_ONEDNNS = System.getProperty("os.name", "").equals("Linux");

    private static final NativeOps NATIVE = started();

    /** What the process started with: the environment's wish, else a thread for each core. */
    public static final int THREADS_AT_START = threads();

    private OpenMp() {}

    private static NativeOps started() {
        Tensors.start();
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    /** The number for this thread. */
    public static int threads() {
        return NATIVE.ompGetMaxThreads();
    }

    /** Sets the number for this thread. */
    public static void threads(int count) {
        NATIVE.setOmpNumThreads(count);
    }
}
