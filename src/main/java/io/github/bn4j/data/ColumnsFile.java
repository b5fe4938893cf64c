package io.github.bn4j.data;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.github.bn4j.data.internal.file.ReadableFile;
import io.github.bn4j.data.internal.table.Column;
import io.github.bn4j.data.internal.table.TableFormat;
import io.github.bn4j.internal.SavedFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The file that learned columns are saved in. */
final class ColumnsFile {

    private static final String FORMAT = "bn4j columns";
    private static final int VERSION = 1;
    private static final int LARGEST = 1 << 26;
    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** All of it, as JSON has it. */
    private record Document(
            @Nullable String format,
            int version,
            boolean header,
            char separator,
            String charset,
            boolean decimalComma,
            Set<String> missingTokens,
            int width,
            List<Entry> columns) {}

    /**
     * A column.
     *
     * @param fill the number, or the number of the category, that fills gaps; none where nothing does
     */
    private record Entry(
            String name,
            Column.Kind kind,
            List<String> categories,
            boolean other,
            MissingValue.Rule missing,
            String constant,
            @Nullable Double fill) {

        static Entry of(Column column) {
            return new Entry(
                    column.name(),
                    column.kind(),
                    column.categories(),
                    column.other(),
                    column.missing().rule(),
                    column.missing().value(),
                    column.fillsGaps() ? column.fill() : null);
        }

        Column column() {
            MissingValue gaps = MissingValue.of(missing.name(), constant);
            boolean fills = missing != MissingValue.Rule.REFUSE && missing != MissingValue.Rule.SKIP_ROW;
            require(fills == (fill != null), "what fills gaps");
            require(kind.isNumeric() == categories.isEmpty(), "categories");
            require(new HashSet<>(categories).size() == categories.size(), "different categories");
            double value = fill == null ? Double.NaN : fill;
            int last = categories.size() - (other ? 0 : 1);
            require(
                    fill == null
                            || (kind.isNumeric()
                                    ? Float.isFinite((float) value)
                                    : value >= 0 && value <= last && value == Math.rint(value)),
                    "what fills gaps");
            categories.forEach(Objects::requireNonNull);
            return new Column(Objects.requireNonNull(name), kind, List.copyOf(categories), other, gaps, value);
        }
    }

    private ColumnsFile() {}

    static void write(Path file, TableFormat format, int width, List<Column> columns) {
        Document document = new Document(
                FORMAT,
                VERSION,
                format.header(),
                format.separator(),
                format.charset().name(),
                format.decimalComma(),
                new TreeSet<>(format.missingTokens()),
                width,
                columns.stream().map(Entry::of).toList());
        byte[] bytes = JSON.toJson(document).getBytes(StandardCharsets.UTF_8);
        SavedFile.write("Columns.save", file, out -> out.write(bytes));
    }

    static Columns read(Path file) {
        ReadableFile source = new ReadableFile("Columns.load", file);
        source.requireFile();
        try {
            require(source.size() <= LARGEST, "small file");
            Document document = JSON.fromJson(new String(source.bytes(), StandardCharsets.UTF_8), Document.class);
            require(document != null && FORMAT.equals(document.format), "the format \"" + FORMAT + "\"");
            require(document.version == VERSION, "version " + VERSION);
            List<Column> columns = document.columns.stream().map(Entry::column).toList();
            long answers =
                    columns.stream().filter(column -> column.kind().isAnswer()).count();
            require(answers <= 1 && answers < columns.size(), "features");
            require(document.width >= columns.size(), "a width");
            require(
                    columns.stream().map(Column::name).distinct().count() == columns.size(),
                    "columns of different names");
            TableFormat format = new TableFormat(
                    document.header,
                    document.separator,
                    Charset.forName(document.charset),
                    document.decimalComma,
                    Set.copyOf(document.missingTokens));
            return new Columns(format, document.width, columns);
        } catch (JsonParseException | IllegalArgumentException | NullPointerException e) {
            // Gson leaves what is not there as null, whatever the type says.
            throw DataException.of(
                    e,
                    "Columns.load expects what Columns.save wrote in \"%s\" but got a file that is damaged or none of it"
                            + " (%s); save it again",
                    file,
                    e.getMessage() == null ? "something is not there" : e.getMessage());
        }
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new IllegalArgumentException("no " + what);
        }
    }
}
