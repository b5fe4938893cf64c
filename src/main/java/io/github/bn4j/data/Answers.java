package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.data.internal.table.Column;
import io.github.bn4j.internal.Tensors;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is to be predicted, as values of Java, for features that it belongs to.
 *
 * @param size how many examples they are of
 * @param beside puts an array of labels to them
 */
record Answers(long size, Function<INDArray, Dataset> beside) {

    /** To features {@code [examples, …]} in memory. */
    static Answers to(INDArray features) {
        return new Answers(features.size(0), labels -> Dataset.of(features, labels));
    }

    /** Class numbers. */
    Dataset numbers(int... classes) {
        for (int row = 0; row < classes.length; row++) {
            checkArgument(
                    classes[row] >= 0,
                    "Dataset expects class numbers from 0 but got %s in row %s; number the classes from 0, or give numbers"
                            + " to predict as double[]",
                    classes[row],
                    row);
        }
        double[] numbers = Arrays.stream(classes).asDoubleStream().toArray();
        requireOneEach(numbers.length);
        return beside.apply(Tensors.of(DataType.FLOAT, numbers, numbers.length));
    }

    /** Targets {@code [examples, 1]}. */
    Dataset targets(DataType type, double... targets) {
        requireOneEach(targets.length);
        return beside.apply(Tensors.of(type, targets, targets.length, 1));
    }

    /**
     * Classes by their names.
     *
     * @param classes that of each example
     * @param names the name of class 0 first; empty for those that there are, sorted by value if all are numbers, else as text
     */
    Dataset names(List<? extends @Nullable Object> classes, List<String> names) {
        requireOneEach(classes.size());
        List<String> texts = IntStream.range(0, classes.size())
                .mapToObj(row -> checkGiven(classes.get(row), "Dataset", "the name of a class in row " + row)
                        .toString())
                .toList();
        List<String> all =
                names.isEmpty() ? Column.sorted(texts.stream().distinct().toList()) : names;
        Map<String, Integer> numbers = new HashMap<>();
        all.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
        int[] labels = new int[texts.size()];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = checkPresent(
                    numbers.get(texts.get(row)),
                    "Dataset expects a class out of %s but got \"%s\" in row %s; name every class",
                    all,
                    texts.get(row),
                    row);
        }
        return numbers(labels).classNames(all);
    }

    /**
     * Values of any type that says what they are.
     *
     * @param values texts, enums or truth values for classes by name, whole numbers for class numbers, other numbers or arrays of
     *     them for targets; all of one kind
     * @param names as for {@link #names}, or of the class numbers
     */
    Dataset values(List<? extends @Nullable Object> values, List<String> names) {
        requireOneEach(values.size());
        Kind kind = Kind.of(values.get(0), 0);
        for (int row = 1; row < values.size(); row++) {
            Kind other = Kind.of(values.get(row), row);
            checkArgument(
                    other == kind,
                    "Dataset expects a label of the same kind in each row, %s like row 0, but got %s in row %s; map all rows"
                            + " to one type",
                    kind,
                    other,
                    row);
        }
        checkArgument(
                names.isEmpty() || kind == Kind.NAMES || kind == Kind.CLASSES,
                "Dataset expects classes, which have names %s, but got %s; leave the names out",
                names,
                kind);
        return switch (kind) {
            case NAMES -> names(texts(values), names.isEmpty() ? constants(values.get(0)) : names);
            case CLASSES -> {
                Dataset numbered = numbers(values.stream()
                        .mapToInt(value -> Math.toIntExact(((Number) value).longValue()))
                        .toArray());
                yield names.isEmpty() ? numbered : numbered.classNames(names);
            }
            case TARGETS ->
                targets(
                        values.get(0) instanceof Float ? DataType.FLOAT : DataType.DOUBLE,
                        values.stream()
                                .mapToDouble(value -> ((Number) value).doubleValue())
                                .toArray());
            case ARRAYS -> beside.apply(NestedArrays.of("targets", values.toArray()));
        };
    }

    private static List<?> texts(List<? extends @Nullable Object> values) {
        return values.stream()
                .map(value -> value instanceof Enum<?> constant ? constant.name() : value)
                .toList();
    }

    /** All constants of an enum, also those that no row has, in their order. */
    private static List<String> constants(@Nullable Object value) {
        return value instanceof Enum<?> constant
                ? Arrays.stream(constant.getDeclaringClass().getEnumConstants())
                        .map(Enum::name)
                        .toList()
                : List.of();
    }

    private void requireOneEach(int count) {
        checkArgument(
                count == size,
                "Dataset expects a label for each of %s examples but got %s; give each example one",
                size,
                count);
    }

    private enum Kind {
        NAMES("the name of a class"),
        CLASSES("a class number"),
        TARGETS("a number to predict"),
        ARRAYS("an array of numbers to predict");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        static Kind of(@Nullable Object label, int row) {
            Object value = label == null ? checkGiven(label, "Dataset", "a label in row " + row) : label;
            if (value instanceof CharSequence
                    || value instanceof Enum<?>
                    || value instanceof Boolean
                    || value instanceof Character) {
                return NAMES;
            }
            if (value instanceof Byte
                    || value instanceof Short
                    || value instanceof Integer
                    || value instanceof Long
                    || value instanceof BigInteger) {
                return CLASSES;
            }
            if (value instanceof Number) {
                return TARGETS;
            }
            checkArgument(
                    value.getClass().isArray(),
                    "Dataset expects a text, an enum, a number or an array of numbers as label but got %s in row %s; map"
                            + " the row to one of these",
                    value.getClass().getSimpleName(),
                    row);
            return ARRAYS;
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
