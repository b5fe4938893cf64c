package io.github.bn4j.train;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How much the examples of a data set count in one loss: over a step of {@code n} examples, each is multiplied by
 * {@code n · multiplier / Σ divisors}.
 *
 * @param multipliers weights of the examples in the data set
 * @param divisors the same times what the loss says that each counts
 */
@SuppressWarnings("ArrayRecordComponent")
record Counting(double[] multipliers, double[] divisors) {

    double sum() {
        return DoubleStream.of(divisors).sum();
    }

    double sum(int... rows) {
        return Arrays.stream(rows).mapToDouble(row -> divisors[row]).sum();
    }

    /** The factor of each example where all of them are one step. */
    double[] factors() {
        double each = divisors.length / sum();
        return DoubleStream.of(multipliers).map(weight -> weight * each).toArray();
    }

    /** The factor of each example of a step; 0 where none counts. */
    double[] factors(int... rows) {
        double sum = sum(rows);
        return Arrays.stream(rows)
                .mapToDouble(row -> sum == 0 ? 0 : multipliers[row] * rows.length / sum)
                .toArray();
    }
}
