package io.github.bn4j.train;

import java.time.Duration;
import java.util.Optional;

/**
 * What a run ends at if nothing else ends it. A run that goes on may have others.
 *
 * @param epochs of the {@code fit}
 * @param maxSteps of the {@code fit}
 * @param maxTime empty where time does not count
 */
record RunLimits(int epochs, long maxSteps, Optional<Duration> maxTime) {

    /** The number of steps by which schedules reckon. */
    long steps(long perEpoch) {
        return Math.min(epochs * perEpoch, maxSteps);
    }
}
