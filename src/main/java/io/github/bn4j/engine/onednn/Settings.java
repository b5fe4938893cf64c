package io.github.bn4j.engine.onednn;

import org.jspecify.annotations.Nullable;

/**
 * What the programs of one engine have in common.
 *
 * @param threads number of threads of each
 * @param tuning what remembers the times of algorithms; null if they are chosen by rule
 */
record Settings(int threads, @Nullable Tuning tuning) {

    static Settings of(OneDnnOptions options) {
        return new Settings(
                options.threads(),
                options.tuned() ? new Tuning(options.tuningFile().orElse(null)) : null);
    }

    Settings ofOneThread() {
        return new Settings(1, tuning);
    }
}
