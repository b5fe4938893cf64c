package io.github.bn4j.data.internal.table;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.MissingValue;
import io.github.bn4j.data.internal.file.Memory;
import io.github.bn4j.internal.HostMemory;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rows of a table on their way to a data set. */
public final class TableValues {

    private final Place table;
    private final TableFormat format;
    private List<String> names = List.of();
    private int[] positions = {};
    private final List<ColumnValues> columns = new ArrayList<>();
    private int rows;
    private long skipped;

    /**
     * No rows yet.
     *
     * @param table where they stand, whatever the line
     */
    public TableValues(Place table, TableFormat format) {
        this.table = table;
        this.format = format;
    }

    public void begin(List<String> names, Map<Integer, Column> wanted) {
        this.names = names;
        positions = wanted.keySet().stream().mapToInt(Integer::intValue).toArray();
        wanted.values().forEach(column -> columns.add(new ColumnValues(column)));
    }

    /** Adds a line of the file. */
    public void add(long line, List<String> fields) {
        DataException.check(
                fields.size() == names.size(),
                "%s expects %s values on line %s of \"%s\" but got %s; check its quotes and separators",
                table.who(),
                names.size(),
                line,
                table.file(),
                fields.size());
        String[] values = Arrays.stream(positions)
                .mapToObj(position -> fields.get(position).strip())
                .toArray(String[]::new);
        add(new Place(table.who(), table.file(), line), values);
    }

    /** Adds the values of the columns that count, in their order. */
    public void add(Place place, String... values) {
        for (int i = 0; i < values.length; i++) {
            if (columns.get(i).column().missing().equals(MissingValue.SKIP_ROW) && format.isMissing(values[i])) {
                skipped++;
                return;
            }
        }
        for (int i = 0; i < values.length; i++) {
            columns.get(i).add(values[i], format, place);
        }
        rows++;
    }

    /** The number of all columns of the file. */
    public int width() {
        return names.size();
    }

    /** The columns with what their values teach. */
    public List<Column> learned() {
        requireRows();
        return columns.stream().map(values -> values.learned(table)).toList();
    }

    private void requireRows() {
        DataException.check(
                rows > 0 || skipped == 0,
                "%s expects at least one row without gaps in \"%s\" but got a gap in each of %s; say missing(…) of the"
                        + " columns that have them, or leave them out by without(…)",
                table.who(),
                table.file(),
                skipped);
        DataException.check(
                rows > 0,
                "%s expects at least one row in \"%s\" but got none; check the file",
                table.who(),
                table.file());
    }

    /** Features {@code [rows, features]}, encoded by what was learned of these columns or those of another file. */
    public INDArray features(List<Column> learned) {
        requireRows();
        int width = learned.stream().mapToInt(Column::width).sum();
        INDArray features = Memory.array(table.who(), DataType.FLOAT, rows, width);
        FloatBuffer to = HostMemory.floats(features);
        float[] row = new float[width];
        for (int r = 0; r < rows; r++) {
            Arrays.fill(row, 0);
            int from = 0;
            for (int c = 0; c < learned.size(); c++) {
                Column column = learned.get(c);
                if (column.width() > 0) {
                    column.write(columns.get(c).get(r, column), row, from);
                    from += column.width();
                }
            }
            to.put(row);
        }
        HostMemory.put(to, features);
        return features;
    }

    /** The numbers to predict, or of classes, in the column that is {@code answer}. */
    public double[] answers(Column answer, int position) {
        return IntStream.range(0, rows)
                .mapToDouble(row -> columns.get(position).get(row, answer))
                .toArray();
    }
}
