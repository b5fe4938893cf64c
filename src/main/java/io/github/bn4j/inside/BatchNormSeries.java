package io.github.bn4j.inside;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the numbers of one batch normalisation were over a training; arrays have a row for each time and a column for each channel. */
public final class BatchNormSeries {

    /** The numbers at one time, each of all channels; null where there is none. */
    @SuppressWarnings("ArrayRecordComponent")
    record Moment(
            double @Nullable [] gamma, double @Nullable [] beta, double[] runningMean, double[] runningVariance) {}

    private final String layer;
    private final long[] steps;
    private final List<Moment> moments;

    BatchNormSeries(String layer, long[] steps, List<Moment> moments) {
        this.layer = layer;
        this.steps = steps.clone();
        this.moments = List.copyOf(moments);
    }

    /** The path of the layer. */
    public String layer() {
        return layer;
    }

    /** After which step of the training each row was measured; 0 is before the first one. */
    public long[] steps() {
        return steps.clone();
    }

    /** Scales {@code [times][channels]}; without columns where there are none. */
    public double[][] gamma() {
        return rows(moment -> moment.gamma);
    }

    /** Shifts {@code [times][channels]}; without columns where there are none. */
    public double[][] beta() {
        return rows(moment -> moment.beta);
    }

    /** Running means {@code [times][channels]}. */
    public double[][] runningMean() {
        return rows(Moment::runningMean);
    }

    /** Running variances {@code [times][channels]}. */
    public double[][] runningVariance() {
        return rows(Moment::runningVariance);
    }

    @FunctionalInterface
    private interface Part {
        double @Nullable [] of(Moment moment);
    }

    private double[][] rows(Part part) {
        double[][] rows = new double[moments.size()][];
        for (int i = 0; i < rows.length; i++) {
            double[] row = part.of(moments.get(i));
            rows[i] = row == null ? new double[0] : row.clone();
        }
        return rows;
    }

    @Override
    public String toString() {
        return "BatchNormSeries[" + layer + ", " + steps.length + " times"
                + (steps.length == 0 ? "" : ", steps " + steps[0] + " to " + steps[steps.length - 1]) + "]";
    }
}
