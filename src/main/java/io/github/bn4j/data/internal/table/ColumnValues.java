package io.github.bn4j.data.internal.table;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.MissingValue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of a column while the rows of a table are read: numbers, or numbers of categories, NaN for gaps. */
final class ColumnValues {

    // Each category is a feature of every row, so without an end a small file of names would fill any memory.
    private static final int MOST_FEATURES = 1000;

    // Larger whole numbers are not all in float32.
    private static final int MOST_CLASSES = 1 << 24;

    private final Column column;
    private final boolean learns;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private float[] values = new float[16];
    private int size;

    ColumnValues(Column column) {
        this.column = column;
        learns = !column.kind().isNumeric() && column.categories().isEmpty();
        column.categories().forEach(this::numberOf);
        if (learns && column.missing().rule() == MissingValue.Rule.CONSTANT) {
            numberOf(column.missing().value());
        }
    }

    private int numberOf(String category) {
        return numbers.computeIfAbsent(category, any -> numbers.size());
    }

    Column column() {
        return column;
    }

    /** The value of a row, with gaps filled. */
    float get(int row, Column learned) {
        return Float.isNaN(values[row]) ? (float) learned.fill() : values[row];
    }

    void add(String field, TableFormat format, Place place) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + size / 2);
        }
        values[size++] = value(field, format, place);
    }

    private float value(String field, TableFormat format, Place place) {
        if (!format.isMissing(field)) {
            return column.kind().isNumeric() ? number(field, format, place) : category(field, place);
        }
        MissingValue.Rule rule = column.missing().rule();
        DataException.check(
                rule != MissingValue.Rule.REFUSE && rule != MissingValue.Rule.SKIP_ROW,
                "%s expects a value %s but got %s; %s",
                place.who(),
                place.of(column.name()),
                field.isEmpty() ? "none" : "\"" + field + "\", which stands for none",
                place.who().equals(Place.CSV)
                        ? "call missing(MissingValue.SKIP_ROW) or missing(MissingValue.MEAN)"
                        : "give one, or learn the columns with missing(MissingValue.MEAN)");
        return Float.NaN;
    }

    private float number(String field, TableFormat format, Place place) {
        double number = format.number(field);
        if (Double.isNaN(number)) {
            throw DataException.of(
                    "%s expects a number %s but got \"%s\"; %s",
                    place.who(), place.of(column.name()), field, advice(field, format, place));
        }
        DataException.check(
                Float.isFinite((float) number),
                "%s expects a number that float32 can hold %s but got \"%s\"; scale the column",
                place.who(),
                place.of(column.name()),
                field);
        return (float) number;
    }

    private String advice(String field, TableFormat format, Place place) {
        if (!place.who().equals(Place.CSV)) {
            return "correct it";
        }
        if (format.isNumberWithOtherPoint(field)) {
            return format.decimalComma() ? "leave out decimalComma()" : "call decimalComma() if that is its point";
        }
        return column.kind() == Column.Kind.TARGET
                ? "call label(…) if it is a class"
                : "call oneHot(\"" + column.name()
                        + "\") if it is a category, label(…) if it is the class, or without(…)"
                        + " to leave the column out";
    }

    private float category(String field, Place place) {
        Integer number = numbers.get(field);
        if (number != null) {
            return number;
        }
        if (!learns) {
            DataException.check(
                    column.other(),
                    "%s expects one of %s %s but got \"%s\"; %s",
                    place.who(),
                    column.categories(),
                    place.of(column.name()),
                    field,
                    column.kind() == Column.Kind.LABEL
                            ? "a class that is not learned cannot be judged"
                            : "correct it, or learn the columns with unseenAsOther()");
            return column.categories().size();
        }
        DataException.check(
                numbers.size() < (column.kind() == Column.Kind.LABEL ? MOST_CLASSES : MOST_FEATURES),
                "%s expects at most %s different values %s but got more; leave the column out by without(…), or name the"
                        + " categories that count",
                place.who(),
                numbers.size(),
                place.of(column.name()));
        return numberOf(field);
    }

    /** The column with what its values teach. */
    Column learned(Place table) {
        if (!learns) {
            return new Column(
                    column.name(),
                    column.kind(),
                    column.categories(),
                    column.other(),
                    column.missing(),
                    fill(column.categories(), table));
        }
        List<String> order = Column.sorted(List.copyOf(numbers.keySet()));
        int[] rank = new int[order.size()];
        for (int number = 0; number < rank.length; number++) {
            rank[numbers.getOrDefault(order.get(number), 0)] = number;
        }
        for (int row = 0; row < size; row++) {
            values[row] = Float.isNaN(values[row]) ? Float.NaN : rank[(int) values[row]];
        }
        return new Column(column.name(), column.kind(), order, column.other(), column.missing(), fill(order, table));
    }

    private double fill(List<String> categories, Place table) {
        MissingValue missing = column.missing();
        return switch (missing.rule()) {
            case REFUSE, SKIP_ROW -> Double.NaN;
            case CONSTANT -> column.kind().isNumeric() ? constant(missing.value()) : indexOf(missing, categories);
            case MEAN -> column.kind().isNumeric() ? mean(present(table)) : mostFrequent(present(table));
            case MEDIAN -> column.kind().isNumeric() ? median(present(table)) : mostFrequent(present(table));
            case MOST_FREQUENT -> mostFrequent(present(table));
        };
    }

    private double constant(String value) {
        double number = TableFormat.DEFAULT.number(value);
        DataException.check(
                Float.isFinite((float) number),
                "Csv expects a number for the gaps of column \"%s\" but got the constant \"%s\"; give a number",
                column.name(),
                value);
        return (float) number;
    }

    private double indexOf(MissingValue missing, List<String> categories) {
        int number = categories.indexOf(missing.value());
        DataException.check(
                number >= 0 || column.other(),
                "Csv expects one of %s for the gaps of column \"%s\" but got the constant \"%s\"; name it among the"
                        + " categories",
                categories,
                column.name(),
                missing.value());
        return number < 0 ? categories.size() : number;
    }

    /** What is there, in ascending order. */
    private float[] present(Place table) {
        float[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        int count = size;
        // NaN is the largest of floats to sort.
        while (count > 0 && Float.isNaN(sorted[count - 1])) {
            count--;
        }
        DataException.check(
                count > 0,
                "%s expects at least one value in column \"%s\" of \"%s\" but got none; leave it out by without(…)",
                table.who(),
                column.name(),
                table.file());
        return Arrays.copyOf(sorted, count);
    }

    private static double mean(float[] sorted) {
        double sum = 0;
        for (float value : sorted) {
            sum += value;
        }
        return sum / sorted.length;
    }

    private static double median(float[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + (double) sorted[middle]) / 2;
    }

    private static double mostFrequent(float[] sorted) {
        float best = sorted[0];
        int most = 0;
        for (int from = 0, to = 0; from < sorted.length; from = to) {
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            if (to - from > most) {
                most = to - from;
                best = sorted[from];
            }
        }
        return best;
    }
}
