package io.github.bn4j.bench;

import java.util.Arrays;
import java.util.Locale;

/** Times of one contender at one work, in nanoseconds. */
final class Samples {

    private long[] times = {};

    void add(long[] more) {
        int old = times.length;
        times = Arrays.copyOf(times, old + more.length);
        System.arraycopy(more, 0, times, old, more.length);
        Arrays.sort(times);
    }

    double minimum() {
        return quantile(0);
    }

    /** The time that a share of all steps stays below, in milliseconds. */
    double quantile(double share) {
        return times[(int) Math.round(share * (times.length - 1))] / 1e6;
    }

    int count() {
        return times.length;
    }

    /** Columns of a table: minimum, median, 10th and 90th percentile, number of steps. */
    String columns() {
        return number(minimum()) + " | " + number(quantile(0.5)) + " | " + number(quantile(0.1)) + "–"
                + number(quantile(0.9)) + " | " + count();
    }

    static String number(double value) {
        int digits = value < 1 ? 3 : value < 10 ? 2 : 1;
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
