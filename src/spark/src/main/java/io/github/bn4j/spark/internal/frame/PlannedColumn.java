package io.github.bn4j.spark.internal.frame;

import io.github.bn4j.graph.Shape;
import java.io.Serializable;

/**
 * A column with what reads it.
 *
 * @param name of the input or output that it is for
 * @param column its name
 * @param dims shape of one example
 * @param reader what reads its cells
 */
@SuppressWarnings("ArrayRecordComponent")
record PlannedColumn(String name, String column, long[] dims, CellReader reader) implements Serializable {

    int size() {
        return Math.toIntExact(Shape.of(dims).size());
    }

    PlannedColumn with(CellReader other) {
        return new PlannedColumn(name, column, dims, other);
    }
}
