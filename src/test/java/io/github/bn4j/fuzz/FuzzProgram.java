package io.github.bn4j.fuzz;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.ResidentMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;

/**
 * Goes on with a {@link Fuzzer} in a JVM of its own. Its arguments are a folder, the first seed, the number of seeds, and the
 * seconds after which it ends anyway. Fails if anything else fails, takes longer than 10 s, or if what is resident grows by more
 * than 60 MB from the first 20,000 seeds to the end.
 */
public final class FuzzProgram {

    // The machine may have other things to do.
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private static final int WARM_UP = 20_000;
    private static final int READINGS = 50_000;
    private static final long MOST_NANOSECONDS = 10_000_000_000L;
    private static final long MOST_GROWTH = 60_000;

    private FuzzProgram() {}

    /** The folder for the files. */
    public static Path folder(String[] arguments) {
        return Path.of(arguments[0]);
    }

    /** Tries all seeds. Prints what is resident now and then, and each failure. */
    public static void run(String[] arguments, Fuzzer fuzzer) throws Exception {
        long first = Long.parseLong(arguments[1]);
        long count = Long.parseLong(arguments[2]);
        long end = System.nanoTime() + Long.parseLong(arguments[3]) * 1_000_000_000;
        int failures = 0;
        long warm = Long.MAX_VALUE;
        long done = 0;
        for (; done < count && System.nanoTime() < end; done++) {
            long begin = CLOCK.getCurrentThreadCpuTime();
            try {
                fuzzer.run(first + done);
            } catch (AssertionError e) {
                failures++;
                ChildProcess.print(e.getMessage());
            }
            if (CLOCK.getCurrentThreadCpuTime() - begin > MOST_NANOSECONDS) {
                failures++;
                ChildProcess.print("what belongs to seed " + (first + done) + " takes longer than 10 s");
            }
            if (done == WARM_UP) {
                warm = ResidentMemory.print();
            } else if (done % READINGS == 0) {
                ResidentMemory.print();
            }
        }
        long growth = ResidentMemory.print() - warm;
        ChildProcess.print(done + " seeds from " + first + ", " + failures + " failures");
        if (failures > 0 || growth > MOST_GROWTH) {
            throw new AssertionError(failures + " failures and a growth of " + growth + " kB");
        }
    }
}
