package io.github.bn4j.spark.scaling;

import java.util.Arrays;

/**
 * What one worker does in a step, besides waiting for others.
 *
 * @param seconds measured times of its arithmetic, at least one; their spread says how much the slowest of many workers is behind
 * @param statistics bytes of each of the sums that batch normalisations ask for, forward and backward
 * @param gradients bytes of the sum of the gradients
 */
@SuppressWarnings("ArrayRecordComponent")
public record StepWork(double[] seconds, long[] statistics, long gradients) {

    /** Sorts the times, and refuses those that are none. */
    public StepWork {
        seconds = seconds.clone();
        Arrays.sort(seconds);
        if (seconds.length == 0 || !(seconds[0] > 0) || !Double.isFinite(seconds[seconds.length - 1])) {
            throw new IllegalArgumentException("StepWork expects measured times above 0 s but got "
                    + (seconds.length == 0 ? "none" : seconds[0] + " to " + seconds[seconds.length - 1])
                    + "; run some steps first");
        }
        statistics = statistics.clone();
    }

    /** The mean time of the arithmetic. */
    double mean() {
        return Arrays.stream(seconds).average().orElseThrow();
    }

    /**
     * The expected time of the slowest of some workers whose times are drawn from the measured ones: {@code Σ x_i ((i/n)^k −
     * ((i−1)/n)^k)} over the sorted times.
     */
    double slowestOf(int workers) {
        double expected = 0;
        double below = 0;
        for (int i = 0; i < seconds.length; i++) {
            double upTo = Math.pow((i + 1.0) / seconds.length, workers);
            expected += seconds[i] * (upTo - below);
            below = upTo;
        }
        return expected;
    }
}
