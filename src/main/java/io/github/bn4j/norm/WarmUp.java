package io.github.bn4j.norm;

import io.github.bn4j.norm.BatchNormReport.Channel;
import java.util.List;
import java.util.Locale;

/**
 * How much of the initial running averages, mean 0 and variance 1, is left.
 *
 * <p>After {@code n} updates with weight {@code w} of the new value the initial one weighs {@code (1 − w)ⁿ}. Nobody counts
 * the updates, so {@code left} is an estimate: the share of the initial values that, mixed with the mean and variance of the
 * data, comes closest to the running averages (least squares over the channels, in standard deviations and in variances).
 *
 * @param newWeight weight of the new value in each step, 0 for cumulative averages
 * @param left share of the initial values, from 0 to 1; of cumulative averages, 1 before the first update and 0 after it;
 *     NaN where the running averages are no such mixture
 * @param steps how many updates from the start leave 1 % of the initial values; 1 of cumulative averages
 */
public record WarmUp(double newWeight, double left, long steps) {

    private static final double NEGLIGIBLE = 0.01;
    private static final double UNEXPLAINED = 0.25;

    static WarmUp cumulative(double updates) {
        return new WarmUp(0, updates == 0 ? 1 : 0, 1);
    }

    /**
     * By means and variances, or by means alone where dropout in front makes variances in training others than in predictions.
     */
    static WarmUp estimate(double newWeight, double epsilon, List<Channel> channels, boolean byMeans) {
        // running − data = left (initial − data), for every mean and variance.
        double products = 0;
        double squares = 0;
        double total = 0;
        for (Channel c : channels) {
            double variance = c.variance() + epsilon;
            double deviation = Math.sqrt(variance);
            double[] from = {-c.mean() / deviation, (1 - c.variance()) / variance};
            double[] drift = {(c.runningMean() - c.mean()) / deviation, (c.runningVariance() - c.variance()) / variance
            };
            for (int i = 0; i < (byMeans ? 1 : from.length); i++) {
                products += from[i] * drift[i];
                squares += from[i] * from[i];
                total += drift[i] * drift[i];
            }
        }
        double left = squares == 0 ? 0 : Math.max(0, Math.min(1, products / squares));
        double unexplained = total - 2 * left * products + left * left * squares;
        boolean mixture = left < NEGLIGIBLE || unexplained <= UNEXPLAINED * total;
        long steps = newWeight == 1 ? 1 : (long) Math.ceil(Math.log(NEGLIGIBLE) / Math.log1p(-newWeight));
        return new WarmUp(newWeight, mixture ? left : Double.NaN, steps);
    }

    /**
     * The weight of the initial values after some updates: {@code (1 − newWeight)} to the power of {@code updates}.
     *
     * @param newWeight weight of the new value in each, 0 for cumulative averages
     * @param updates at least 0
     */
    public static double left(double newWeight, long updates) {
        return newWeight == 0 ? (updates == 0 ? 1 : 0) : Math.pow(1 - newWeight, (double) updates);
    }

    /** How many updates from now on leave 1 % of the initial values; 0 where nothing is known of them. */
    public long stepsToGo() {
        if (!(left > NEGLIGIBLE)) {
            return 0;
        }
        return steps == 1 ? 1 : (long) Math.ceil(Math.log(NEGLIGIBLE / left) / Math.log1p(-newWeight));
    }

    @Override
    public String toString() {
        return Double.isNaN(left)
                ? "running averages are no mixture of the initial values and the data"
                : String.format(
                        Locale.ROOT,
                        "about %.2g of the initial running averages left, %d steps to go",
                        left,
                        stepsToGo());
    }
}
