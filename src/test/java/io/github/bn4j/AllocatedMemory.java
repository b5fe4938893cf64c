package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;

/** What the calling thread allocates on the heap: a measure of cost that is the same on every machine. */
public final class AllocatedMemory {

    // A buffer of 64 kB, and what a message or a first use of some class takes.
    private static final long FIXED = 1_000_000;
    private static final long PER_BYTE = 200;

    private AllocatedMemory() {}

    /** How much it has allocated so far, in bytes. */
    public static long now() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Fails if more was allocated since {@code before} than reading a file of {@code bytes} bytes may take. */
    public static void assertInProportion(long before, long bytes) {
        assertThat(now() - before).as("allocated for %s bytes", bytes).isLessThan(FIXED + PER_BYTE * bytes);
    }
}
