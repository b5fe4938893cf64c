package io.github.bn4j.internal;

import java.util.Locale;

/**
 * A value that stands for more than half of the variance of its channel.
 *
 * @param channel the channel, or feature
 * @param value it
 * @param row number of the example that it is in
 * @param share of the variance, from 0.5 to 1
 * @param low the smallest of the other values
 * @param high the largest of them
 */
public record Outlier(int channel, double value, long row, double share, double low, double high) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "one value of row %d, %.3g, makes up %.0f %% of the variance, where the others lie between %.3g and %.3g",
                row,
                value,
                100 * share,
                low,
                high);
    }
}
