package io.github.bn4j.engine.onednn;

import org.jspecify.annotations.Nullable;

/**
 * How a program computes.
 *
 * @param threads number of threads of each primitive
 * @param parts into how many parts batches or layers are cut at most, which one thread each computes
 * @param atOnce whether parts are computed at the same time; the bits are the same if not
 * @param tuning what remembers the times of algorithms; null if they are chosen by rule
 */
record Settings(int threads, int parts, boolean atOnce, @Nullable Tuning tuning) {

    static Settings of(OneDnnOptions options) {
        return new Settings(
                options.threads(),
                1,
                false,
                options.tuned() ? new Tuning(options.tuningFile().orElse(null)) : null);
    }

    /** A part for each thread, instead of primitives of several threads. */
    Settings inParts() {
        return new Settings(1, threads, threads > 1, tuning);
    }

    Settings ofOneThread() {
        return new Settings(1, parts, false, tuning);
    }

    /** Whether a program needs the processor for itself. */
    boolean ofSeveralThreads() {
        return threads > 1 || atOnce;
    }
}
