package io.github.bn4j.internal;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Number, mean and variance of the values of each channel, in float64, from parts that are merged exactly, however the values
 * are split into them (Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for computing sample variances,
 * equations 2.1, for variances in the place of sums of squares):
 *
 * <pre>{@code
 * n = n_a + n_b;  p = n_b / n;  δ = mean_b − mean_a;  mean = mean_a + p δ;  v = v_a + p (v_b − v_a) + p (1 − p) δ²
 * }</pre>
 */
public final class Moments {

    /* All means are relative to the first one of their channel, so that a large mean costs no digits. */

    private final double[] reference;
    private final double[] mean;
    private final double[] variance;
    private double count;

    /** Those of no values. */
    public Moments(int channels) {
        reference = new double[channels];
        mean = new double[channels];
        variance = new double[channels];
    }

    /** Adds a batch of values {@code [batch, channels, …]}. Not modified. */
    public void add(INDArray batch) {
        add(batch, null);
    }

    /**
     * Adds a batch of values {@code [batch, channels, …]}, measured in two passes. Not modified.
     *
     * @param weights {@code [batch, …]}, one per example or one per position; null where all weigh alike. Not modified.
     */
    public void add(INDArray batch, @Nullable INDArray weights) {
        Numbers values = new Numbers(batch);
        double[] weight = weights == null ? new double[] {1} : Floats.values(weights);
        int examples = (int) batch.size(0);
        int positions = values.length() / examples / mean.length;
        // One for all, one for each example, or one for each position.
        int each = weights == null ? 0 : weight.length / examples;
        int step = each > 1 ? 1 : 0;
        double added = 0;
        int first = -1;
        for (int e = 0; e < examples; e++) {
            for (int p = 0; p < positions; p++) {
                double own = weight[e * each + p * step];
                added += own;
                first = first < 0 && own > 0 ? e * positions + p : first;
            }
        }
        if (first < 0) {
            return;
        }
        int stride = mean.length * positions;
        for (int c = 0; c < mean.length; c++) {
            int start = c * positions;
            double base =
                    count == 0 ? values.get(first / positions * stride + start + first % positions) : reference[c];
            double sum = 0;
            for (int e = 0; e < examples; e++) {
                for (int p = 0; p < positions; p++) {
                    sum += weight[e * each + p * step] * (values.get(e * stride + start + p) - base);
                }
            }
            double centre = sum / added;
            double squares = 0;
            for (int e = 0; e < examples; e++) {
                for (int p = 0; p < positions; p++) {
                    double deviation = values.get(e * stride + start + p) - base - centre;
                    squares += weight[e * each + p * step] * deviation * deviation;
                }
            }
            reference[c] = base;
            merge(c, added, centre, squares / added, true);
        }
        count += added;
    }

    /**
     * Adds values that have been measured.
     *
     * @param number of the values of each channel, or the sum of their weights
     * @param means one per channel
     * @param variances the biased ones, one per channel
     */
    public void add(double number, double[] means, double[] variances) {
        merge(number, means, variances, true);
    }

    /** Averages means and variances by their weights, as if they were numbers that have nothing to do with each other. */
    public void average(double weight, double[] means, double[] variances) {
        merge(weight, means, variances, false);
    }

    private void merge(double number, double[] means, double[] variances, boolean apart) {
        if (number == 0) {
            return;
        }
        for (int c = 0; c < mean.length; c++) {
            reference[c] = count == 0 ? means[c] : reference[c];
            merge(c, number, means[c] - reference[c], variances[c], apart);
        }
        count += number;
    }

    private void merge(int c, double number, double otherMean, double otherVariance, boolean apart) {
        double part = number / (count + number);
        double distance = otherMean - mean[c];
        mean[c] += part * distance;
        variance[c] += part * (otherVariance - variance[c]) + (apart ? distance * distance * part * (1 - part) : 0);
    }

    /**
     * Becomes those of all parts of a batch, of which each has measured its own: by the common mean first, then by the squares
     * about it.
     *
     * @param sum adds up over the parts, element by element
     */
    public void merge(UnaryOperator<double[]> sum) {
        int channels = mean.length;
        double[] own = new double[channels + 1];
        own[channels] = count;
        for (int c = 0; c < channels; c++) {
            own[c] = count * mean(c);
        }
        double[] all = sum.apply(own);
        double total = all[channels];
        double[] squares = new double[channels];
        for (int c = 0; c < channels; c++) {
            double common = all[c] / total;
            double distance = mean(c) - common;
            squares[c] = count * (variance[c] + distance * distance);
            reference[c] = common;
            mean[c] = 0;
        }
        double[] common = sum.apply(squares);
        for (int c = 0; c < channels; c++) {
            variance[c] = common[c] / total;
        }
        count = total;
    }

    /** The number of values per channel, or the sum of their weights, rounded. */
    public long count() {
        return Math.round(count);
    }

    /** The number of values per channel, or the sum of their weights. */
    public double sum() {
        return count;
    }

    /** Whether there is more than one value per channel. */
    public boolean vary() {
        return count > 1;
    }

    /** The mean of a channel. */
    public double mean(int channel) {
        return reference[channel] + mean[channel];
    }

    /** The variance of a channel, divided by the number of values, or by one less. */
    public double variance(int channel, boolean unbiased) {
        return variance[channel] * (unbiased ? unbiased(count) : 1);
    }

    /**
     * What a biased variance is multiplied by for an unbiased one (Bessel's correction).
     *
     * @param count of the values, or the sum of their weights; above 1
     */
    public static double unbiased(double count) {
        return count / (count - 1);
    }

    /** The means of all channels. */
    public double[] means() {
        double[] means = new double[mean.length];
        for (int c = 0; c < means.length; c++) {
            means[c] = mean(c);
        }
        return means;
    }

    /** The biased variances of all channels. */
    public double[] variances() {
        return variance.clone();
    }

    /** How many channels there are. */
    public int channels() {
        return mean.length;
    }
}
