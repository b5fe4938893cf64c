package io.github.bn4j.norm;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Number, mean and sum of squared deviations M2 of the values of each channel, in float64; a batch is added exactly, however
 * the values are split into batches (Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for computing
 * sample variances, equations 2.1):
 *
 * <pre>{@code
 * δ = mean_b − mean_a;  n = n_a + n_b;  mean = mean_a + δ n_b / n;  M2 = M2_a + M2_b + δ² n_a n_b / n
 * }</pre>
 */
final class Moments {

    /* All values are taken relative to the first one of their channel, so that a large mean costs no digits. */

    private final double[] reference;
    private final double[] mean;
    private final double[] squares;
    private double count;

    Moments(int channels) {
        reference = new double[channels];
        mean = new double[channels];
        squares = new double[channels];
    }

    /** Adds a batch of values {@code [batch, channels, …]}. Not modified. */
    void add(INDArray batch) {
        add(batch, null);
    }

    /**
     * Adds a batch of values {@code [batch, channels, …]}. Not modified.
     *
     * @param weights {@code [batch, …]}, one per example or one per position; null where all weigh alike. Not modified.
     */
    void add(INDArray batch, @Nullable INDArray weights) {
        double[] values = batch.dup('c').data().asDouble();
        double[] weight =
                weights == null ? new double[] {1} : weights.dup('c').data().asDouble();
        int channels = mean.length;
        int examples = (int) batch.size(0);
        int positions = values.length / examples / channels;
        int alike = examples * positions / weight.length;
        double added = 0;
        int first = -1;
        for (int i = 0; i < examples * positions; i++) {
            added += weight[i / alike];
            first = first < 0 && weight[i / alike] > 0 ? i : first;
        }
        if (first < 0) {
            return;
        }
        for (int c = 0; c < channels; c++) {
            int offset = (first / positions * channels + c) * positions + first % positions;
            reference[c] = count == 0 ? values[offset] : reference[c];
            double sum = 0;
            for (int i = 0; i < examples * positions; i++) {
                sum += weight[i / alike] * (value(values, c, i, positions) - reference[c]);
            }
            double centre = sum / added;
            double deviations = 0;
            for (int i = 0; i < examples * positions; i++) {
                double deviation = value(values, c, i, positions) - reference[c] - centre;
                deviations += weight[i / alike] * deviation * deviation;
            }
            merge(c, added, centre, deviations);
        }
        count += added;
    }

    private double value(double[] values, int channel, int index, int positions) {
        return values[(index / positions * mean.length + channel) * positions + index % positions];
    }

    private void merge(int channel, double added, double centre, double deviations) {
        double total = count + added;
        double delta = centre - mean[channel];
        mean[channel] += delta * (added / total);
        squares[channel] += deviations + delta * delta * (count * (added / total));
    }

    /** The number of values per channel, or the sum of their weights, rounded. */
    long count() {
        return Math.round(count);
    }

    /** The number of values per channel, or the sum of their weights. */
    double sum() {
        return count;
    }

    /** Whether there is more than one value per channel. */
    boolean vary() {
        return count > 1;
    }

    double mean(int channel) {
        return reference[channel] + mean[channel];
    }

    /** The variance, divided by the number of values, or by one less. */
    double variance(int channel, boolean unbiased) {
        return squares[channel] / (unbiased ? count - 1 : count);
    }

    int channels() {
        return mean.length;
    }
}
