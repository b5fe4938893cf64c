package io.github.bn4j.spark.internal.frame;

import io.github.bn4j.internal.Distributions;
import org.jspecify.annotations.Nullable;

/**
 * The number of a class.
 *
 * @param classes how many there are
 * @param ignored another number that may stand where there is no class
 */
record ClassNumberCell(long classes, @Nullable Integer ignored) implements CellReader {

    @Override
    public void read(@Nullable Object cell, double[] to) {
        if (cell == null) {
            throw Misfit.missing(expected());
        }
        double number = NumberCell.number(cell);
        if (!Distributions.isClass(number, classes) && (ignored == null || number != ignored)) {
            throw new Misfit(
                    expected(),
                    Double.toString(number),
                    "number the classes from 0, and give the network one output per class");
        }
        to[0] = number;
    }

    private String expected() {
        return "class numbers from 0 to " + (classes - 1)
                + (ignored == null ? "" : ", or " + ignored + " to be ignored,");
    }

    @Override
    public boolean severalNumbers() {
        return false;
    }
}
