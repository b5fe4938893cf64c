package io.github.bn4j.data;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rows of a table on their way to a data set. */
final class TableValues {

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
    TableValues(Place table, TableFormat format) {
        this.table = table;
        this.format = format;
    }

    void begin(List<String> names, Map<Integer, Column> wanted) {
        this.names = names;
        positions = wanted.keySet().stream().mapToInt(Integer::intValue).toArray();
        wanted.values().forEach(column -> columns.add(new ColumnValues(column)));
    }

    /** Adds a line of the file. */
    void add(long line, List<String> fields) {
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
    void add(Place place, String... values) {
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
    int width() {
        return names.size();
    }

    /** The columns with what their values teach. */
    List<Column> learned() {
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
    INDArray features(List<Column> learned) {
        requireRows();
        int width = learned.stream().mapToInt(Column::width).sum();
        INDArray features = Memory.array(table.who(), DataType.FLOAT, rows, width);
        FloatBuffer to = Floats.of(features);
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
        return features;
    }

    Dataset dataset(List<Column> learned) {
        INDArray features = features(learned);
        int answer = IntStream.range(0, learned.size())
                .filter(c -> learned.get(c).kind().isAnswer())
                .findFirst()
                .orElse(-1);
        if (answer < 0) {
            return Dataset.of(Map.of("features", features), Map.of());
        }
        Column column = learned.get(answer);
        double[] numbers = IntStream.range(0, rows)
                .mapToDouble(row -> columns.get(answer).get(row, column))
                .toArray();
        return column.kind() == Column.Kind.TARGET
                ? Dataset.of(features, Tensors.of(DataType.FLOAT, numbers, rows, 1))
                : Dataset.of(features, Tensors.of(DataType.FLOAT, numbers, rows))
                        .classNames(column.categories());
    }
}
