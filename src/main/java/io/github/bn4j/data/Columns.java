package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.internal.table.Column;
import io.github.bn4j.data.internal.table.Place;
import io.github.bn4j.data.internal.table.TableFormat;
import io.github.bn4j.data.internal.table.TableReader;
import io.github.bn4j.data.internal.table.TableValues;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the columns of a table mean, learned from the training data by {@link Csv#fit()}: which become features and how, the
 * categories and classes by their numbers, and what fills gaps. It makes the same features of test data, of new data and of
 * single rows. Immutable.
 *
 * <p>In other files, columns are found by their names, whatever their order, and further columns do not count; without a
 * header they are found by their numbers.
 */
public final class Columns {

    private static final String WHO = "Columns";

    private final TableFormat format;
    private final int width;
    private final List<Column> all;

    /**
     * Learned columns.
     *
     * @param width number of all columns of the file that they were learned from
     */
    Columns(TableFormat format, int width, List<Column> all) {
        this.format = format;
        this.width = width;
        this.all = List.copyOf(all);
    }

    /**
     * Reads examples, such as the training data or test data.
     *
     * @throws DataException that names the file, and the line and column where there is one; also for classes and, without
     *     {@link Csv#unseenAsOther()}, categories that the training data do not have
     */
    public Dataset read(Path file) {
        checkGiven(file, "Columns.read", "a file");
        return new TableReader(WHO, file, format)
                .read(names -> columns(names, file, all), values -> TableData.of(values, all));
    }

    /**
     * Reads features {@code [rows, features]} to predict for, from a file that needs no column for what is predicted. No row is
     * left out: a gap that would do so is refused.
     *
     * @throws DataException as {@link #read} does
     */
    public INDArray features(Path file) {
        checkGiven(file, "Columns.features", "a file");
        List<Column> features = features();
        return new TableReader(WHO, file, format)
                .read(names -> columns(names, file, features), values -> values.features(features));
    }

    /**
     * The features {@code [1, features]} of a single row.
     *
     * @param values by the names of columns, as they would stand in the file, or as numbers; one that is not there is missing
     * @throws DataException if a value is refused, or is missing and nothing fills its gap
     * @throws IllegalArgumentException if there is no such column
     */
    public INDArray row(Map<String, ?> values) {
        checkGiven(values, "Columns.row", "values by the names of columns");
        List<Column> features = features();
        List<String> names = features.stream().map(Column::name).toList();
        values.keySet()
                .forEach(name -> checkArgument(
                        names.contains(name),
                        "Columns.row expects values of the columns %s but got one of \"%s\"; leave it out",
                        names,
                        name));
        Place place = new Place("Columns.row", null, 0);
        TableValues row = new TableValues(place, format);
        Map<Integer, Column> positions = new LinkedHashMap<>();
        features.forEach(column -> positions.put(positions.size(), column));
        row.begin(names, positions);
        row.add(place, names.stream().map(name -> text(values.get(name))).toArray(String[]::new));
        return row.features(features);
    }

    private String text(@Nullable Object value) {
        String text = value == null ? "" : value.toString().strip();
        return value instanceof Number && format.decimalComma() ? text.replace('.', ',') : text;
    }

    private List<Column> features() {
        return all.stream()
                .filter(column -> !column.kind().isAnswer())
                .map(Column::keepingRows)
                .toList();
    }

    /** The positions of the columns that are wanted, in the order of those. */
    private Map<Integer, Column> columns(List<String> names, Path file, List<Column> wanted) {
        boolean onlyAnswerMissing = wanted.size() < all.size()
                && names.size() == width - 1
                && all.get(all.size() - 1).kind().isAnswer()
                && all.get(all.size() - 1).name().equals(Integer.toString(width - 1));
        DataException.check(
                format.header() || names.size() == width || onlyAnswerMissing,
                "Columns expects %s columns in \"%s\" but got %s; take a table like the one that they were learned from",
                width,
                file,
                names.size());
        Map<String, Integer> positions = new HashMap<>();
        Set<String> several = new HashSet<>();
        for (int position = 0; position < names.size(); position++) {
            if (positions.putIfAbsent(names.get(position), position) != null) {
                several.add(names.get(position));
            }
        }
        List<String> absent = wanted.stream()
                .map(Column::name)
                .filter(name -> !positions.containsKey(name))
                .toList();
        DataException.check(
                absent.isEmpty(),
                "Columns expects the columns %s in \"%s\" but got %s without %s; take a table like the one that they were"
                        + " learned from",
                wanted.stream().map(Column::name).toList(),
                file,
                names,
                absent);
        Map<Integer, Column> columns = new LinkedHashMap<>();
        for (Column column : wanted) {
            DataException.check(
                    !several.contains(column.name()),
                    "Columns expects a single column \"%s\" in \"%s\" but got several; rename the others",
                    column.name(),
                    file);
            columns.put(positions.getOrDefault(column.name(), -1), column);
        }
        return columns;
    }

    /** The names of the features, in their order: those of columns, or such as {@code colour=red} of a category. */
    public List<String> featureNames() {
        return all.stream().flatMap(Column::features).toList();
    }

    /** The names of the classes by their numbers; empty where no column has labels. */
    public List<String> classNames() {
        return all.stream()
                .filter(column -> column.kind() == Column.Kind.LABEL)
                .flatMap(column -> column.categories().stream())
                .toList();
    }

    /**
     * Writes all that was learned to a file of JSON, which is replaced as a whole or not at all.
     *
     * @throws IllegalArgumentException if the directory does not exist
     * @throws java.io.UncheckedIOException if the file cannot be written; one that is there is unchanged then
     */
    public void save(Path file) {
        checkGiven(file, "Columns.save", "a file");
        ColumnsFile.write(file, format, width, all);
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws DataException if there is no such file, or it is damaged
     */
    public static Columns load(Path file) {
        checkGiven(file, "Columns.load", "a file");
        return ColumnsFile.read(file);
    }

    /** A line for each column. */
    @Override
    public String toString() {
        return all.stream().map(Column::toString).collect(Collectors.joining("\n"));
    }
}
