package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a table of numbers from a file of comma-separated values (RFC 4180), packed by gzip or not: features
 * {@code [rows, columns]} and, from one column, labels {@code [rows]}. Immutable: every setting returns a new reader.
 *
 * <p>Defaults: the first line names the columns, commas between values, UTF-8, a missing value is an error. What is empty,
 * {@code NA}, {@code NaN} or {@code ?} is missing.
 */
public final class Csv {

    /** What a table's columns mean. */
    record Settings(
            Path file,
            boolean header,
            char separator,
            Charset charset,
            MissingValue missing,
            String target,
            boolean classes,
            List<String> left) {}

    private final Settings settings;

    private Csv(Settings settings) {
        this.settings = settings;
    }

    /** A reader with the defaults. */
    public static Csv of(Path file) {
        return new Csv(
                new Settings(file, true, ',', StandardCharsets.UTF_8, MissingValue.REFUSE, "", false, List.of()));
    }

    /** The same with the classes in the column of that name; their names become {@link Dataset#classNames()}, sorted. */
    public Csv label(String column) {
        return target(column, true);
    }

    /** The same with the classes in a column given by its number, from 0. */
    public Csv label(int column) {
        return target(number(column), true);
    }

    /** The same with numbers to predict in the column of that name. */
    public Csv target(String column) {
        return target(column, false);
    }

    /** The same with numbers to predict in a column given by its number, from 0. */
    public Csv target(int column) {
        return target(number(column), false);
    }

    private static String number(int column) {
        checkArgument(column >= 0, "Csv expects the number of a column from 0 but got %s", column);
        return Integer.toString(column);
    }

    private Csv target(String column, boolean classes) {
        Settings s = settings;
        return new Csv(new Settings(s.file, s.header, s.separator, s.charset, s.missing, column, classes, s.left));
    }

    /** The same without the columns of these names, or numbers from 0 in a file without a header. */
    public Csv without(String... columns) {
        Settings s = settings;
        return new Csv(new Settings(
                s.file, s.header, s.separator, s.charset, s.missing, s.target, s.classes, List.of(columns)));
    }

    /** The same with or without a first line of names; without one, columns are named 0, 1, 2 … */
    public Csv header(boolean header) {
        Settings s = settings;
        return new Csv(new Settings(s.file, header, s.separator, s.charset, s.missing, s.target, s.classes, s.left));
    }

    /** The same with another character between values, such as {@code ';'} or {@code '\t'}. */
    public Csv separator(char separator) {
        Settings s = settings;
        return new Csv(new Settings(s.file, s.header, separator, s.charset, s.missing, s.target, s.classes, s.left));
    }

    /** The same with another charset. */
    public Csv charset(Charset charset) {
        Settings s = settings;
        return new Csv(new Settings(s.file, s.header, s.separator, charset, s.missing, s.target, s.classes, s.left));
    }

    /** The same with another answer to missing values. */
    public Csv missing(MissingValue missing) {
        Settings s = settings;
        return new Csv(new Settings(s.file, s.header, s.separator, s.charset, missing, s.target, s.classes, s.left));
    }

    /**
     * Reads the file.
     *
     * @throws DataException that names the file, and the line and column where there is one
     */
    public Dataset read() {
        try {
            return new Source("Csv", settings.file).read(this::read);
        } catch (OutOfMemoryError e) {
            throw DataException.of(
                    e,
                    "Csv expects a table that fits into %s MB in \"%s\" but got a larger one; start Java with a larger"
                            + " -Xmx, or take fewer rows",
                    Runtime.getRuntime().maxMemory() >> 20,
                    settings.file);
        }
    }

    private Dataset read(InputStream bytes) {
        Table table = new Table(settings);
        long line = 0;
        try (CsvReader<CsvRecord> records = CsvReader.builder()
                .fieldSeparator(settings.separator)
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(new InputStreamReader(bytes, settings.charset.newDecoder()))) {
            for (CsvRecord each : records) {
                line = each.getStartingLineNumber();
                table.add(line, each.getFields());
            }
        } catch (IOException | UncheckedIOException | CsvParseException e) {
            throw explain(e, line);
        }
        return table.dataset();
    }

    private DataException explain(Exception failure, long line) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof CharacterCodingException) {
            return DataException.of(
                    failure,
                    "Csv expects text in %s in \"%s\" but got bytes that are none after line %s; call charset(…) with"
                            + " the file's own",
                    settings.charset,
                    settings.file,
                    line);
        }
        if (root instanceof CsvParseException) {
            return DataException.of(
                    failure,
                    "Csv expects comma-separated values in \"%s\" but got this: %s; check its quotes",
                    settings.file,
                    root.getMessage());
        }
        return DataException.of(
                failure, "Csv expects to read \"%s\" but got %s; get the file again", settings.file, root);
    }
}
