package io.github.bn4j.data;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.ResidentMemory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Started by {@link DataFuzzTest} in a JVM of its own: reads files of all kinds in turn, from a seed on, until their number or
 * the seconds are over. Prints what is resident after a tenth and at the end, and each failure.
 */
final class FuzzData {

    // The machine may have other things to do.
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private FuzzData() {}

    public static void main(String[] arguments) throws Exception {
        long first = Long.parseLong(arguments[0]);
        long cases = Long.parseLong(arguments[1]);
        long end = System.nanoTime() + Long.parseLong(arguments[2]) * 1_000_000_000;
        Path folder = Files.createTempDirectory(Path.of(arguments[3]), "fuzz");
        boolean warm = false;
        long done = 0;
        int failures = 0;
        for (; done < cases && System.nanoTime() < end; done++) {
            DataFuzzer fuzzer = DataFuzzer.values()[(int) (done % DataFuzzer.values().length)];
            long begin = CLOCK.getCurrentThreadCpuTime();
            try {
                fuzzer.run(first + done, folder);
            } catch (AssertionError e) {
                failures++;
                ChildProcess.print(e.getMessage());
            }
            if (CLOCK.getCurrentThreadCpuTime() - begin > 10_000_000_000L) {
                failures++;
                ChildProcess.print(fuzzer + " with seed " + (first + done) + " takes longer than 10 s");
            }
            if (!warm && (done >= cases / 10 || done >= 20_000)) {
                warm = true;
                ResidentMemory.print();
            }
        }
        ResidentMemory.print();
        ChildProcess.print(done + " files, " + failures + " failures");
    }
}
