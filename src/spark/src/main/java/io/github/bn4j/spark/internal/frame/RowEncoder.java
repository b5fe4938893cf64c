package io.github.bn4j.spark.internal.frame;

import io.github.bn4j.data.DataException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Encodes the rows of one partition, one after another. Not for several threads. */
public final class RowEncoder {

    private final String who;
    private final boolean doubles;
    private final List<PlannedColumn> columns;
    private final @Nullable PlannedColumn weight;
    private final List<String> names;
    private final int partition;
    private final double[][] cells;
    private final double[] weightCell = new double[1];
    private long row;

    /**
     * One that has read nothing yet.
     *
     * @param names of the columns of the rows, in their order
     */
    RowEncoder(
            String who,
            boolean doubles,
            List<PlannedColumn> columns,
            @Nullable PlannedColumn weight,
            List<String> names,
            int partition) {
        this.who = who;
        this.doubles = doubles;
        this.columns = columns;
        this.weight = weight;
        this.names = names;
        this.partition = partition;
        this.cells = columns.stream().map(column -> new double[column.size()]).toArray(double[][]::new);
    }

    /**
     * Encodes the next row of the partition.
     *
     * @throws DataException if a cell is missing, of the wrong size, no class that there is, NaN or infinite; the message names
     *     column and row
     */
    public EncodedRow encode(Row next) {
        Object[] numbers = new Object[columns.size()];
        for (int i = 0; i < numbers.length; i++) {
            PlannedColumn column = columns.get(i);
            read(column, next, cells[i]);
            numbers[i] = doubles ? cells[i].clone() : floats(column, next, cells[i]);
        }
        double weighs = 1;
        if (weight != null) {
            read(weight, next, weightCell);
            weighs = weightCell[0];
        }
        EncodedRow encoded = new EncodedRow(partition, row, numbers, weighs);
        row++;
        return encoded;
    }

    /** Whether the next row has no cell in a column that an input reads; it counts as one of the partition then. */
    public boolean lacksAnInput(Row next) {
        boolean lacks = columns.stream().anyMatch(column -> next.isNullAt(names.indexOf(column.column())));
        row += lacks ? 1 : 0;
        return lacks;
    }

    private void read(PlannedColumn column, Row next, double[] to) {
        try {
            column.reader().read(next.get(names.indexOf(column.column())), to);
        } catch (Misfit misfit) {
            throw failure(column, next, misfit.expected(), misfit.actual(), misfit.advice());
        }
        int bad = IntStream.range(0, to.length)
                .filter(i -> !Double.isFinite(to[i]))
                .findFirst()
                .orElse(-1);
        if (bad >= 0) {
            throw failure(column, next, "finite numbers", element(column, to, bad), "clean or impute the data");
        }
    }

    private float[] floats(PlannedColumn column, Row next, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
            if (Float.isInfinite(floats[i])) {
                throw failure(
                        column,
                        next,
                        "numbers that float32 can hold",
                        element(column, values, i),
                        "scale the data, or build the network in float64");
            }
        }
        return floats;
    }

    private static String element(PlannedColumn column, double[] values, int position) {
        return values[position] + (column.reader().severalNumbers() ? " as element " + position : "");
    }

    private DataException failure(PlannedColumn column, Row next, String expected, String actual, String advice) {
        return DataException.of(
                "%s expects %s in column \"%s\" but got %s in %s; %s",
                who, expected, column.column(), actual, RowPlace.of(partition, row, next), advice);
    }

    @Override
    public String toString() {
        return "RowEncoder[" + columns.stream().map(PlannedColumn::column).toList() + ", "
                + Arrays.stream(cells).mapToInt(cell -> cell.length).sum() + " numbers a row]";
    }
}
