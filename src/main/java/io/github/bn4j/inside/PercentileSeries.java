package io.github.bn4j.inside;

import java.util.List;

/** The 15th, 50th and 85th percentiles of what came to a unit over a training: an array each, with an element for each time. */
public final class PercentileSeries {

    private final String layer;
    private final int unit;
    private final long[] steps;
    private final List<double[]> values;

    PercentileSeries(String layer, int unit, long[] steps, List<double[]> values) {
        this.layer = layer;
        this.unit = unit;
        this.steps = steps.clone();
        this.values = List.copyOf(values);
    }

    /** The path of the layer. */
    public String layer() {
        return layer;
    }

    /** The number of the unit: of a feature, or of a channel of an image. */
    public int unit() {
        return unit;
    }

    /** After which step of the training each was measured; 0 is before the first one. */
    public long[] steps() {
        return steps.clone();
    }

    /** What 15 % of the values are below. */
    public double[] lower() {
        return column(0);
    }

    /** What half of the values are below. */
    public double[] median() {
        return column(1);
    }

    /** What 85 % of the values are below. */
    public double[] upper() {
        return column(2);
    }

    private double[] column(int index) {
        return values.stream().mapToDouble(row -> row[index]).toArray();
    }

    @Override
    public String toString() {
        return "PercentileSeries[unit " + unit + " of " + layer + ", " + steps.length + " times]";
    }
}
