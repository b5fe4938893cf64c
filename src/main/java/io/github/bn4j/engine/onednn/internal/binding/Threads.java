package io.github.bn4j.engine.onednn.internal.binding;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.internal.Tensors;
import java.util.function.Supplier;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads the primitives that this thread makes and runs are given. OpenMP keeps the number for each thread of the
 * program; ND4J's own arithmetic goes by the same one.
 */
public final class Threads {

    private static final NativeOps OPENMP = openMp();

    /** What the process started with: the environment's wish, else a thread for each core. */
    public static final int DEFAULT = current();

    private Threads() {}

    private static NativeOps openMp() {
        Tensors.start();
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    public static int current() {
        return OPENMP.ompGetMaxThreads();
    }

    /** Does something with another number, which takes some nanoseconds more. */
    @CanIgnoreReturnValue
    public static <T> T with(int count, Supplier<T> action) {
        int before = current();
        OPENMP.setOmpNumThreads(count);
        try {
            return action.get();
        } finally {
            OPENMP.setOmpNumThreads(before);
        }
    }
}
