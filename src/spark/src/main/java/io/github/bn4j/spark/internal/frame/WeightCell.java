package io.github.bn4j.spark.internal.frame;

import org.jspecify.annotations.Nullable;

/** The weight of an example. */
record WeightCell() implements CellReader {

    private static final String EXPECTED = "finite weights of at least 0";

    @Override
    public void read(@Nullable Object cell, double[] to) {
        if (cell == null) {
            throw Misfit.missing(EXPECTED);
        }
        double weight = NumberCell.number(cell);
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new Misfit(EXPECTED, Double.toString(weight), "give examples that are not to count the weight 0");
        }
        to[0] = weight;
    }

    @Override
    public boolean severalNumbers() {
        return false;
    }
}
