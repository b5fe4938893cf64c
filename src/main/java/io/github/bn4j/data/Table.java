package io.github.bn4j.data;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rows of a CSV file on their way to a data set. */
final class Table {

    private static final Set<String> MISSING = Set.of("", "NA", "NaN", "?");
    private static final Pattern WHOLE = Pattern.compile("\\d{1,15}");

    private final Csv.Settings settings;
    private final List<float[]> rows = new ArrayList<>();
    private final List<String> classes = new ArrayList<>();
    private final List<Double> targets = new ArrayList<>();
    private List<String> names = List.of();
    private int[] featureColumns = {};
    private int target = -1;

    Table(Csv.Settings settings) {
        this.settings = settings;
    }

    /** Adds a line of the file; the first tells the columns. */
    void add(long line, List<String> fields) {
        if (names.isEmpty()) {
            begin(fields);
            if (settings.header()) {
                return;
            }
        }
        DataException.check(
                fields.size() == names.size(),
                "Csv expects %s values on line %s of \"%s\" but got %s; check its quotes and separators",
                names.size(),
                line,
                settings.file(),
                fields.size());
        if (settings.missing() == MissingValue.SKIP_ROW && anyMissing(fields)) {
            return;
        }
        if (target >= 0 && isMissing(fields.get(target))) {
            if (settings.missing() == MissingValue.MEAN) {
                return;
            }
            throw missing(line, target);
        }
        float[] row = new float[featureColumns.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) number(line, featureColumns[i], fields.get(featureColumns[i]));
        }
        rows.add(row);
        if (target >= 0 && settings.classes()) {
            classes.add(fields.get(target).trim());
        } else if (target >= 0) {
            targets.add(number(line, target, fields.get(target)));
        }
    }

    private void begin(List<String> first) {
        names = IntStream.range(0, first.size())
                .mapToObj(column -> settings.header() ? name(first.get(column)) : Integer.toString(column))
                .toList();
        target = settings.target().isEmpty() ? -1 : column(settings.target());
        Set<Integer> left = new HashSet<>();
        settings.left().forEach(name -> left.add(column(name)));
        featureColumns = IntStream.range(0, names.size())
                .filter(column -> column != target && !left.contains(column))
                .toArray();
        DataException.check(
                featureColumns.length > 0,
                "Csv expects at least one column of features in \"%s\" but got only %s; check the separator",
                settings.file(),
                names);
    }

    // A byte order mark is no part of the first name.
    private static String name(String field) {
        return field.replace("\uFEFF", "").trim();
    }

    /** By name, or by number if no column has that name. */
    private int column(String wanted) {
        int column = names.indexOf(wanted);
        if (column < 0 && WHOLE.matcher(wanted).matches() && Long.parseLong(wanted) < names.size()) {
            return Integer.parseInt(wanted);
        }
        DataException.check(
                column >= 0,
                "Csv expects a column \"%s\" in \"%s\" but got %s; name one of them",
                wanted,
                settings.file(),
                names);
        return column;
    }

    private boolean anyMissing(List<String> fields) {
        return (target >= 0 && isMissing(fields.get(target)))
                || Arrays.stream(featureColumns).anyMatch(column -> isMissing(fields.get(column)));
    }

    private static boolean isMissing(String field) {
        return MISSING.contains(name(field));
    }

    /** NaN for what is missing and may be. */
    private double number(long line, int column, String field) {
        if (isMissing(field)) {
            if (settings.missing() == MissingValue.MEAN) {
                return Double.NaN;
            }
            throw missing(line, column);
        }
        try {
            return Double.parseDouble(name(field));
        } catch (NumberFormatException e) {
            throw DataException.of(
                    e,
                    "Csv expects a number on line %s in column \"%s\" of \"%s\" but got \"%s\"; encode it, call"
                            + " label(…) if it is the class, or without(…) to leave the column out",
                    line,
                    names.get(column),
                    settings.file(),
                    field);
        }
    }

    private DataException missing(long line, int column) {
        return DataException.of(
                "Csv expects a value on line %s in column \"%s\" of \"%s\" but got none; call"
                        + " missing(MissingValue.SKIP_ROW) or missing(MissingValue.MEAN)",
                line, names.get(column), settings.file());
    }

    Dataset dataset() {
        DataException.check(
                !rows.isEmpty(),
                "Csv expects at least one row in \"%s\" but got none; check the file",
                settings.file());
        fillMeans();
        INDArray features = Memory.array("Csv", DataType.FLOAT, rows.size(), featureColumns.length);
        FloatBuffer to = Floats.of(features);
        rows.forEach(to::put);
        if (target < 0) {
            return Dataset.of(Map.of("features", features), Map.of());
        }
        if (!settings.classes()) {
            double[] numbers = targets.stream().mapToDouble(Double::doubleValue).toArray();
            return Dataset.of(features, Tensors.of(DataType.FLOAT, numbers, numbers.length, 1));
        }
        boolean whole = classes.stream().allMatch(name -> WHOLE.matcher(name).matches());
        Map<String, Integer> numbers = new TreeMap<>(
                whole
                        ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(Comparator.naturalOrder())
                        : Comparator.<String>naturalOrder());
        classes.forEach(name -> numbers.put(name, 0));
        List<String> sorted = List.copyOf(numbers.keySet());
        sorted.forEach(name -> numbers.put(name, sorted.indexOf(name)));
        double[] labels = classes.stream().mapToDouble(numbers::get).toArray();
        return Dataset.of(features, Tensors.of(DataType.FLOAT, labels, labels.length))
                .classNames(sorted);
    }

    private void fillMeans() {
        for (int i = 0; i < featureColumns.length; i++) {
            double sum = 0;
            int count = 0;
            for (float[] row : rows) {
                sum += Float.isNaN(row[i]) ? 0 : row[i];
                count += Float.isNaN(row[i]) ? 0 : 1;
            }
            DataException.check(
                    count > 0,
                    "Csv expects at least one value in column \"%s\" of \"%s\" but got none; leave it out by"
                            + " without(…)",
                    names.get(featureColumns[i]),
                    settings.file());
            for (float[] row : rows) {
                row[i] = Float.isNaN(row[i]) ? (float) (sum / count) : row[i];
            }
        }
    }
}
