package io.github.bn4j.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The two smallest and the two largest values of each channel, and where the outermost are, of batches one after another. */
public final class Extremes {

    /** Among fewer values, one that stands out says little. */
    private static final int FEWEST = 10;

    private final int channels;
    private final double[] smallest;
    private final double[] small;
    private final double[] largest;
    private final double[] large;
    private final long[] smallestRow;
    private final long[] largestRow;
    private long rows;

    /** Those of no values. */
    public Extremes(int channels) {
        this.channels = channels;
        smallest = filled(Double.POSITIVE_INFINITY);
        small = filled(Double.POSITIVE_INFINITY);
        largest = filled(Double.NEGATIVE_INFINITY);
        large = filled(Double.NEGATIVE_INFINITY);
        smallestRow = new long[channels];
        largestRow = new long[channels];
    }

    private double[] filled(double value) {
        double[] all = new double[channels];
        Arrays.fill(all, value);
        return all;
    }

    /** Adds a batch of values {@code [batch, channels, …]}, whose rows go on from those before. Not modified. */
    public void add(INDArray batch) {
        Numbers values = new Numbers(batch);
        int examples = (int) batch.size(0);
        int positions = values.length() / examples / channels;
        for (int i = 0; i < values.length(); i++) {
            add(i / positions % channels, values.get(i), rows + i / (positions * channels));
        }
        rows += examples;
    }

    private void add(int channel, double value, long row) {
        if (value < smallest[channel]) {
            small[channel] = smallest[channel];
            smallest[channel] = value;
            smallestRow[channel] = row;
        } else if (value < small[channel]) {
            small[channel] = value;
        }
        if (value > largest[channel]) {
            large[channel] = largest[channel];
            largest[channel] = value;
            largestRow[channel] = row;
        } else if (value > large[channel]) {
            large[channel] = value;
        }
    }

    /**
     * Those that stand for more than half of the variance of their channel, at most one in each, where the others are not all the same.
     *
     * @param moments of the same values, perhaps with others
     */
    public List<Outlier> outliers(Moments moments) {
        List<Outlier> found = new ArrayList<>();
        for (int c = 0; c < channels && moments.count() >= FEWEST; c++) {
            double mean = moments.mean(c);
            boolean above = largest[c] - mean > mean - smallest[c];
            double value = above ? largest[c] : smallest[c];
            double low = above ? smallest[c] : small[c];
            double high = above ? large[c] : largest[c];
            // (x − mean)² / (n − 1) is what the variance would be less without it.
            double share = (value - mean) * (value - mean) / ((moments.count() - 1) * moments.variance(c, false));
            if (share > 0.5 && high > low) {
                found.add(new Outlier(c, value, above ? largestRow[c] : smallestRow[c], Math.min(1, share), low, high));
            }
        }
        return found;
    }
}
