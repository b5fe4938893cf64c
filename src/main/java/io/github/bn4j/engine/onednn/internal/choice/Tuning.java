package io.github.bn4j.engine.onednn.internal.choice;

import io.github.bn4j.engine.onednn.internal.binding.ConvolutionPass.Choice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was found to be fastest, for the life of the process and, if asked for, in a file that later processes read. Safe for
 * several threads.
 */
public final class Tuning {

    private static final Map<String, Choice> IN_PROCESS = new ConcurrentHashMap<>();

    private final @Nullable TuningFile file;

    /** Remembers in {@code file} too, if there is one. */
    public Tuning(@Nullable Path file) {
        this.file = file == null ? null : TuningFile.open(file);
    }

    /** What is known to be fastest, or else the candidate with the shortest finite time; null if there is none. */
    @Nullable
    Choice fastest(String key, List<Choice> candidates, ToDoubleFunction<Choice> nanoseconds) {
        Choice known = file == null ? null : file.get(key);
        if (known == null) {
            known = IN_PROCESS.get(key);
        }
        if (known == null) {
            known = timed(candidates, nanoseconds);
        }
        if (known != null) {
            IN_PROCESS.put(key, known);
            if (file != null) {
                file.put(key, known);
            }
        }
        return known;
    }

    private static @Nullable Choice timed(List<Choice> candidates, ToDoubleFunction<Choice> nanoseconds) {
        Choice best = null;
        double least = Double.POSITIVE_INFINITY;
        for (Choice candidate : candidates) {
            double time = nanoseconds.applyAsDouble(candidate);
            if (time < least) {
                least = time;
                best = candidate;
            }
        }
        return best;
    }
}
