package io.github.bn4j.engine.onednn.internal.choice;

import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.internal.OpenMp;
import org.jspecify.annotations.Nullable;

/**
 * How a program computes.
 *
 * @param threads number of threads of each primitive
 * @param parts into how many parts batches or layers are cut at most, which one thread each computes
 * @param atOnce whether parts are computed at the same time; the bits are the same if not
 * @param tuning what remembers the times of algorithms; null if they are chosen by rule
 * @param precision what linear maps are computed in
 */
public record ProgramSettings(int threads, int parts, boolean atOnce, @Nullable Tuning tuning, Precision precision) {

    /** What programs with these options are compiled with. */
    public static ProgramSettings of(OneDnnOptions options) {
        return of(options, OpenMp.IS_ONEDNNS);
    }

    /* Where primitives take the threads they want, cutting a batch into parts would give each part all of them. */
    static ProgramSettings of(OneDnnOptions options, boolean countsForOneDnn) {
        return new ProgramSettings(
                countsForOneDnn ? options.threads() : 1,
                1,
                false,
                options.tuned() ? new Tuning(options.tuningFile().orElse(null)) : null,
                options.precision());
    }

    /** A part for each thread, instead of primitives of several threads. */
    public ProgramSettings inParts() {
        return new ProgramSettings(1, threads, threads > 1, tuning, precision);
    }

    public ProgramSettings ofOneThread() {
        return new ProgramSettings(1, parts, false, tuning, precision);
    }

    /** Whether a program needs the processor for itself. */
    public boolean ofSeveralThreads() {
        return threads > 1 || atOnce || !OpenMp.IS_ONEDNNS;
    }
}
