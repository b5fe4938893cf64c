package io.github.bn4j.spark.internal.frame;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Reads the cells of a column as numbers. */
interface CellReader extends Serializable {

    /**
     * Reads a cell.
     *
     * @param to as long as the shape that it is read for has elements. Modified: all of it
     * @throws Misfit if the cell is not what it has to be
     */
    void read(@Nullable Object cell, double[] to);

    /** Whether a cell holds several numbers, so that messages count them. */
    default boolean severalNumbers() {
        return true;
    }
}
