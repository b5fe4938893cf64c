package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.internal.table.Column;
import io.github.bn4j.data.internal.table.ColumnReference;
import io.github.bn4j.data.internal.table.Place;
import io.github.bn4j.data.internal.table.TableFormat;
import io.github.bn4j.data.internal.table.TablePlan;
import io.github.bn4j.data.internal.table.TableReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a table from a file of comma-separated values (RFC 4180), packed by gzip or not: features {@code [rows, features]}
 * and, from one column, labels {@code [rows]} or targets {@code [rows, 1]}. Immutable: every setting returns a new reader.
 *
 * <p>Defaults: the first line names the columns, commas between values, UTF-8, every column a number, a missing value is an
 * error. Columns that count have names of their own. White space around values and names does not count.
 *
 * <p>A number has decimal digits with a point, a sign and an exponent if need be, as in {@code -1.5e3}; hexadecimal digits,
 * suffixes, separators of thousands, infinity, and what float32 cannot hold are refused. What is empty, {@code NA},
 * {@code N/A}, {@code NaN}, {@code nan}, {@code null}, {@code NULL}, {@code ?} or {@code \N} is missing.
 *
 * <p>{@link #read()} reads one file. Where test data or single rows follow, {@link #fit()} learns from the training data what
 * {@link Columns} apply to those: categories, classes, and the values that fill gaps.
 */
public final class Csv {

    private final Path file;
    private final TableFormat format;
    private final TablePlan plan;

    private Csv(Path file, TableFormat format, TablePlan plan) {
        this.file = file;
        this.format = format;
        this.plan = plan;
    }

    /** A reader with the defaults. */
    public static Csv of(Path file) {
        checkGiven(file, "Csv", "a file");
        return new Csv(file, TableFormat.DEFAULT, TablePlan.PLAIN);
    }

    private Csv with(TableFormat changed) {
        return new Csv(file, changed, plan);
    }

    private Csv with(TablePlan changed) {
        return new Csv(file, format, changed);
    }

    /**
     * Takes the classes from the column of that name; their names become {@link Dataset#classNames()}, sorted by value if all
     * are numbers, else as text.
     */
    public Csv label(String column) {
        return with(plan.withAnswer(ColumnReference.of(column), Column.Kind.LABEL));
    }

    /** Takes the classes, as {@link #label(String)} does, from a column given by its number, from 0. */
    public Csv label(int column) {
        return with(plan.withAnswer(ColumnReference.of(column), Column.Kind.LABEL));
    }

    /**
     * Numbers the classes of the label as they are in this list, and refuses others.
     *
     * @param names those of the training data, {@link Dataset#classNames()}
     */
    public Csv classNames(List<String> names) {
        requireDifferent("Csv.classNames", names);
        return with(plan.withClassNames(List.copyOf(names)));
    }

    /** Takes numbers to predict from the column of that name. */
    public Csv target(String column) {
        return with(plan.withAnswer(ColumnReference.of(column), Column.Kind.TARGET));
    }

    /** Takes numbers to predict from a column given by its number, from 0. */
    public Csv target(int column) {
        return with(plan.withAnswer(ColumnReference.of(column), Column.Kind.TARGET));
    }

    /** Leaves out the columns of these names. */
    public Csv without(String... columns) {
        checkGiven(columns, "Csv.without", "names of columns");
        return with(plan.without(Stream.of(columns).map(ColumnReference::of)));
    }

    /** Leaves out the columns of these numbers, from 0. */
    public Csv without(int... columns) {
        checkGiven(columns, "Csv.without", "numbers of columns");
        return with(plan.without(Arrays.stream(columns).mapToObj(ColumnReference::of)));
    }

    /**
     * Makes of each of these categorical columns one feature for each category, 1 in the rows that have it and 0 elsewhere.
     * The categories are those in the file, at most 1,000, sorted by value if all are numbers, else as text.
     */
    public Csv oneHot(String... columns) {
        checkGiven(columns, "Csv.oneHot", "names of columns");
        TablePlan changed = plan;
        for (String column : columns) {
            changed = changed.withEncoding(column, Column.Kind.ONE_HOT, List.of());
        }
        return with(changed);
    }

    /** One feature for each category of this list, as {@link #oneHot(String...)} makes them; other categories are refused. */
    public Csv oneHot(String column, List<String> categories) {
        checkGiven(column, "Csv.oneHot", "the name of a column");
        requireDifferent("Csv.oneHot", categories);
        return with(plan.withEncoding(column, Column.Kind.ONE_HOT, List.copyOf(categories)));
    }

    /**
     * Makes of a categorical column one feature, the number of the category from 0; other categories are refused.
     *
     * @param categories in their order, such as small, medium, large
     */
    public Csv ordinal(String column, String... categories) {
        checkGiven(column, "Csv.ordinal", "the name of a column");
        checkGiven(categories, "Csv.ordinal", "categories");
        requireDifferent("Csv.ordinal", List.of(categories));
        return with(plan.withEncoding(column, Column.Kind.ORDINAL, List.of(categories)));
    }

    /** Counts all categories that are not known as one more, the last, instead of refusing them. */
    public Csv unseenAsOther() {
        return with(plan.withOther());
    }

    private static void requireDifferent(String who, List<String> names) {
        checkGiven(names, who, "names");
        checkArgument(
                !names.isEmpty() && new HashSet<>(names).size() == names.size(),
                "%s expects different names, at least one, but got %s; name each once",
                who,
                names);
    }

    /** Says whether there is a first line of names; without one, columns are named 0, 1, 2 … */
    public Csv header(boolean header) {
        return with(format.withHeader(header));
    }

    /** Takes another character for what stands between values, such as {@code ';'} or {@code '\t'}. */
    public Csv separator(char separator) {
        return with(format.withSeparator(separator));
    }

    /** Reads text in another charset. */
    public Csv charset(Charset charset) {
        checkGiven(charset, "Csv.charset", "a charset");
        return with(format.withCharset(charset));
    }

    /** Reads numbers with a comma instead of a point, as in {@code 1,5}; mostly together with {@code separator(';')}. */
    public Csv decimalComma() {
        return with(format.withDecimalComma(true));
    }

    /** Takes these texts for values that are missing, instead of the default ones; what is empty is missing always. */
    public Csv missingTokens(String... tokens) {
        checkGiven(tokens, "Csv.missingTokens", "texts");
        return with(
                format.withMissingTokens(Stream.of(tokens).map(String::strip).collect(Collectors.toSet())));
    }

    /** Says what becomes of missing values. */
    public Csv missing(MissingValue missing) {
        checkGiven(missing, "Csv.missing", "a MissingValue");
        return with(plan.withMissing(missing));
    }

    /** Says what becomes of the missing values of one column, whatever becomes of others. */
    public Csv missing(String column, MissingValue missing) {
        checkGiven(column, "Csv.missing", "the name of a column");
        checkGiven(missing, "Csv.missing", "a MissingValue");
        return with(plan.withMissing(column, missing));
    }

    /**
     * Reads the file.
     *
     * @throws DataException that names the file, and the line and column where there is one
     */
    public Dataset read() {
        return new TableReader(Place.CSV, file, format)
                .read(names -> plan.columns(names, file), values -> TableData.of(values, values.learned()));
    }

    /**
     * Learns from the file, which holds training data, what the columns of others like it mean.
     *
     * @throws DataException that names the file, and the line and column where there is one
     */
    public Columns fit() {
        return new TableReader(Place.CSV, file, format)
                .read(
                        names -> plan.columns(names, file),
                        values -> new Columns(format, values.width(), values.learned()));
    }
}
