package io.github.bn4j.norm;

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
    private long count;

    Moments(int channels) {
        reference = new double[channels];
        mean = new double[channels];
        squares = new double[channels];
    }

    /** Adds a batch of values {@code [batch, channels, …]}. Not modified. */
    void add(INDArray batch) {
        double[] values = batch.dup('c').data().asDouble();
        int channels = mean.length;
        int examples = (int) batch.size(0);
        int positions = values.length / examples / channels;
        long added = (long) examples * positions;
        for (int c = 0; c < channels; c++) {
            reference[c] = count == 0 ? values[c * positions] : reference[c];
            double sum = 0;
            for (int n = 0; n < examples; n++) {
                int start = (n * channels + c) * positions;
                for (int i = start; i < start + positions; i++) {
                    sum += values[i] - reference[c];
                }
            }
            double centre = sum / added;
            double deviations = 0;
            for (int n = 0; n < examples; n++) {
                int start = (n * channels + c) * positions;
                for (int i = start; i < start + positions; i++) {
                    double deviation = values[i] - reference[c] - centre;
                    deviations += deviation * deviation;
                }
            }
            merge(c, added, centre, deviations);
        }
        count += added;
    }

    private void merge(int channel, long added, double centre, double deviations) {
        double total = count + added;
        double delta = centre - mean[channel];
        mean[channel] += delta * (added / total);
        squares[channel] += deviations + delta * delta * (count * (added / total));
    }

    /** The number of values per channel. */
    long count() {
        return count;
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
