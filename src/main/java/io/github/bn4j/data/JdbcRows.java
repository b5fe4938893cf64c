package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the result of a query of a database, as JDBC has it: features {@code [rows, features]} and, from one column, labels
 * {@code [rows]} or targets {@code [rows, 1]}. Immutable: every setting returns a new reader.
 *
 * <p>Features are the columns of numbers and truth values, in the order of the query; whatever else there is has to be left out, or
 * made a number by the query, as by {@code CASE WHEN}. A null is refused: {@code COALESCE} fills it, {@code WHERE … IS NOT NULL} leaves
 * the row out. Names of columns count without case, as in SQL.
 */
public final class JdbcRows {

    private enum Answer {
        NONE,
        LABEL,
        TARGET
    }

    private final ResultSet rows;
    private final Answer kind;
    private final String answer;
    private final List<String> classNames;
    private final List<String> left;

    private JdbcRows(ResultSet rows, Answer kind, String answer, List<String> classNames, List<String> left) {
        this.rows = rows;
        this.kind = kind;
        this.answer = answer;
        this.classNames = classNames;
        this.left = left;
    }

    /**
     * A reader of the rows behind the present one.
     *
     * @param rows stays open; {@link #read} leaves it behind its last row
     */
    public static JdbcRows of(ResultSet rows) {
        checkGiven(rows, "JdbcRows", "a ResultSet");
        return new JdbcRows(rows, Answer.NONE, "", List.of(), List.of());
    }

    /**
     * Takes the classes from a column, whatever its type; their texts become {@link Dataset#classNames()}, sorted by value if all
     * are numbers, else as text.
     */
    public JdbcRows label(String column) {
        checkGiven(column, "JdbcRows.label", "the name of a column");
        return new JdbcRows(rows, Answer.LABEL, column, classNames, left);
    }

    /**
     * Numbers the classes of the label as they are in this list, and refuses others.
     *
     * @param names those of the training data, {@link Dataset#classNames()}
     */
    public JdbcRows classNames(List<String> names) {
        checkGiven(names, "JdbcRows.classNames", "names");
        return new JdbcRows(rows, kind, answer, List.copyOf(names), left);
    }

    /** Takes numbers to predict from a column. */
    public JdbcRows target(String column) {
        checkGiven(column, "JdbcRows.target", "the name of a column");
        return new JdbcRows(rows, Answer.TARGET, column, classNames, left);
    }

    /** Leaves out the columns of these names, such as a key. */
    public JdbcRows without(String... columns) {
        checkEachGiven(columns, "JdbcRows.without", "names of columns");
        List<String> all = new ArrayList<>(left);
        all.addAll(Arrays.asList(columns));
        return new JdbcRows(rows, kind, answer, classNames, List.copyOf(all));
    }

    /**
     * Reads all rows.
     *
     * @throws DataException that names the column, and the row from 1 where there is one; also if the database fails
     */
    public Dataset read() {
        try {
            return read(columns());
        } catch (SQLException failure) {
            throw DataException.of(
                    failure, "JdbcRows expects a result set to read but got %s; look at the query", failure);
        }
    }

    private List<String> columns() throws SQLException {
        ResultSetMetaData described = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int column = 1; column <= described.getColumnCount(); column++) {
            columns.add(described.getColumnLabel(column));
        }
        Set<Integer> used = new HashSet<>();
        for (String name : left) {
            used.add(indexOf(name, columns));
        }
        DataException.check(
                kind == Answer.NONE || !used.contains(indexOf(answer, columns)),
                "JdbcRows expects column \"%s\" to be predicted or left out but got both; leave one out",
                answer);
        DataException.check(
                classNames.isEmpty() || kind == Answer.LABEL,
                "JdbcRows.classNames expects a column of labels but got none; call label(…)");
        return columns;
    }

    private static int indexOf(String name, List<String> columns) {
        List<Integer> found = new ArrayList<>();
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).equalsIgnoreCase(name)) {
                found.add(index);
            }
        }
        DataException.check(
                found.size() == 1,
                "JdbcRows expects one column \"%s\" but got %s of that name in %s; name one of them, and each differently"
                        + " by AS",
                name,
                found.isEmpty() ? "none" : found.size(),
                columns);
        return found.get(0);
    }

    private Dataset read(List<String> columns) throws SQLException {
        int answered = kind == Answer.NONE ? -1 : indexOf(answer, columns);
        List<Integer> features = new ArrayList<>();
        for (int index = 0; index < columns.size(); index++) {
            String name = columns.get(index);
            if (index != answered && left.stream().noneMatch(name::equalsIgnoreCase)) {
                features.add(index);
            }
        }
        DataException.check(
                !features.isEmpty(), "JdbcRows expects at least one column of features but got only %s", columns);
        List<float[]> examples = new ArrayList<>();
        List<Object> answers = new ArrayList<>();
        while (rows.next()) {
            float[] example = new float[features.size()];
            for (int i = 0; i < example.length; i++) {
                example[i] = number(features.get(i), columns, examples.size() + 1);
            }
            examples.add(example);
            if (kind == Answer.LABEL) {
                answers.add(given(answered, columns, examples.size()).toString());
            } else if (kind == Answer.TARGET) {
                answers.add(number(answered, columns, examples.size()));
            }
        }
        DataException.check(!examples.isEmpty(), "JdbcRows expects at least one row but got none; look at the query");
        INDArray array = NestedArrays.of("features", examples.toArray());
        return switch (kind) {
            case NONE -> Dataset.of(Map.of("features", array), Map.of());
            case LABEL -> Answers.to(array).names(answers, classNames);
            case TARGET -> Answers.to(array).values(answers, List.of());
        };
    }

    private float number(int column, List<String> columns, int row) throws SQLException {
        Object value = given(column, columns, row);
        double number = value instanceof Boolean truth
                ? (truth ? 1 : 0)
                : value instanceof Number some ? some.doubleValue() : Double.NaN;
        DataException.check(
                Float.isFinite((float) number),
                "JdbcRows expects a number that float32 holds in column \"%s\" but got %s \"%s\" in row %s; leave it out by"
                        + " without(\"%s\"), or make it a number in the query",
                columns.get(column),
                value.getClass().getSimpleName(),
                value,
                row,
                columns.get(column));
        return (float) number;
    }

    private Object given(int column, List<String> columns, int row) throws SQLException {
        @Nullable Object value = rows.getObject(column + 1);
        if (value == null) {
            throw DataException.of(
                    "JdbcRows expects a value in column \"%s\" but got null in row %s; fill it by COALESCE in the query, or"
                            + " leave such rows out by WHERE",
                    columns.get(column), row);
        }
        return value;
    }

    @Override
    public String toString() {
        String answered =
                switch (kind) {
                    case NONE -> "";
                    case LABEL -> "label " + answer;
                    case TARGET -> "target " + answer;
                };
        return "JdbcRows[" + answered + (left.isEmpty() ? "" : " without " + left) + "]";
    }
}
