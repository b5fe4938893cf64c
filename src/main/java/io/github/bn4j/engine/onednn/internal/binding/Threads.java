package io.github.bn4j.engine.onednn.internal.binding;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.internal.OpenMp;
import java.util.function.Supplier;

/**
 * How many threads the primitives that this thread makes and runs are given; ND4J's own arithmetic goes by the same number.
 */
public final class Threads {

    private Threads() {}

    public static int current() {
        return OpenMp.threads();
    }

    /** Does something with another number, which takes some nanoseconds more. */
    @CanIgnoreReturnValue
    public static <T> T with(int count, Supplier<T> action) {
        int before = current();
        if (before == count) {
            return action.get();
        }
        OpenMp.threads(count);
        try {
            return action.get();
        } finally {
            OpenMp.threads(before);
        }
    }
}
