package io.github.bn4j.spark.internal.mesh;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long to wait for others, and for what not to wait any longer.
 *
 * @param timeout how long nothing may come, above 0
 * @param cancelled whether what waits is to end, which is asked several times a second
 */
public record Patience(Duration timeout, BooleanSupplier cancelled) {

    /** How often it is looked whether the waiting is to end. */
    static final Duration GLANCE = Duration.ofMillis(100);

    /** That of somebody whom only an interrupt can end before the time is over. */
    public static Patience of(Duration timeout) {
        return new Patience(timeout, () -> false);
    }

    public boolean isOver(long sinceNanos) {
        return System.nanoTime() - sinceNanos > timeout.toNanos();
    }

    /** How many milliseconds to wait at a time, at least 1. */
    long glance(long sinceNanos) {
        long left = (timeout.toNanos() - (System.nanoTime() - sinceNanos)) / 1_000_000;
        return Math.max(1, Math.min(left, GLANCE.toMillis()));
    }

    /** The time in words, such as {@code 60 s} and {@code 500 ms}. */
    public String text() {
        long millis = timeout.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
