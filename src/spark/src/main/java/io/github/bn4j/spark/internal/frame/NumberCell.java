package io.github.bn4j.spark.internal.frame;

import org.jspecify.annotations.Nullable;

/** A number of any type, or a truth value: 1 for true, 0 for false. */
record NumberCell() implements CellReader {

    static double number(Object cell) {
        if (cell instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        return ((Number) cell).doubleValue();
    }

    @Override
    public void read(@Nullable Object cell, double[] to) {
        if (cell == null) {
            throw Misfit.missing("a number");
        }
        to[0] = number(cell);
    }

    @Override
    public boolean severalNumbers() {
        return false;
    }
}
