package io.github.bn4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Readings of a process's own memory, for programs that tests start. */
public final class ResidentMemory {

    private ResidentMemory() {}

    /**
     * Prints a line: what is resident once it falls no more, and the most that was so far, in kB.
     *
     * @return what is resident
     */
    public static long print() throws IOException, InterruptedException {
        long resident = settled();
        ChildProcess.print(resident + " " + status("VmHWM:"));
        return resident;
    }

    // Arrays that the collector found are freed by a thread of ND4J's, so the reading is awaited that stops falling.
    private static long settled() throws IOException, InterruptedException {
        long lowest = Long.MAX_VALUE;
        for (int unchanged = 0; unchanged < 3; ) {
            System.gc();
            Thread.sleep(100);
            long now = status("VmRSS:");
            unchanged = now < lowest - 100 ? 0 : unchanged + 1;
            lowest = Math.min(lowest, now);
        }
        return lowest;
    }

    private static long status(String name) throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(any -> any.startsWith(name))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
