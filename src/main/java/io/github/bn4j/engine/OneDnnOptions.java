package io.github.bn4j.engine;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.OpenMp;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@link Engine#oneDnn(OneDnnOptions)} runs. By default on all threads that OpenMP has when the library starts (the environment variable
 * {@code OMP_NUM_THREADS}, else one for each core), with algorithms chosen by a rule.
 *
 * @param threads number of threads of each program, at least 1. Programs of one thread run at the same time in several threads
 *     of the caller; others take turns. On Linux only: elsewhere oneDNN has an OpenMP of its own, which goes by the environment alone,
 *     and all programs take turns
 * @param tuned whether the algorithm of each convolution is chosen by timing when a program is compiled, which takes up to a
 *     second for a network; results then differ by rounding between processes that chose differently
 * @param tuningFile where choices are kept for later processes, which then choose the same
 * @param precision what is computed in
 */
public record OneDnnOptions(int threads, boolean tuned, Optional<Path> tuningFile, Precision precision) {

    public OneDnnOptions {
        checkGiven(tuningFile, "OneDnnOptions", "a file, or empty,");
        checkGiven(precision, "OneDnnOptions", "a Precision");
        checkArgument(threads >= 1, "OneDnnOptions expects at least 1 thread but got %s", threads);
    }

    /** All threads, algorithms by rule, full precision: the same results in each run. */
    public static OneDnnOptions defaults() {
        return new OneDnnOptions(OpenMp.THREADS_AT_START, false, Optional.empty(), Precision.FULL);
    }

    /** Sets the number of threads of each program, at least 1; by default those that OpenMP has. */
    public OneDnnOptions threads(int threads) {
        return new OneDnnOptions(threads, tuned, tuningFile, precision);
    }

    /** Chooses algorithms by timing, once per process, instead of by a rule. */
    public OneDnnOptions tune() {
        return new OneDnnOptions(threads, true, tuningFile, precision);
    }

    /** Chooses algorithms by timing, once per file; it is made if there is none, in a folder that exists. */
    public OneDnnOptions tune(Path file) {
        checkGiven(file, "OneDnnOptions.tune", "the path of a file");
        return new OneDnnOptions(threads, true, Optional.of(file), precision);
    }

    /** Sets what is computed in. */
    public OneDnnOptions precision(Precision precision) {
        return new OneDnnOptions(threads, tuned, tuningFile, precision);
    }
}
