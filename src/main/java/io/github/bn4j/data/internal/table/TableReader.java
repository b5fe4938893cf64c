package io.github.bn4j.data.internal.table;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.github.bn4j.data.DataException;
import io.github.bn4j.data.internal.file.ReadableFile;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Reads the rows of a file of comma-separated values.
 *
 * @param who asks, for messages
 * @param file where it is
 * @param format how its text is read
 */
public record TableReader(String who, Path file, TableFormat format) {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * Makes something of the values of some columns.
     *
     * @param plan the columns that count, by their positions in a file with the names that it is given, in
     *     the order in which they are wanted
     */
    public <T> T read(Function<List<String>, Map<Integer, Column>> plan, Function<TableValues, T> use) {
        try {
            return use.apply(new ReadableFile(who, file).read(bytes -> read(bytes, plan)));
        } catch (OutOfMemoryError e) {
            throw DataException.of(
                    e,
                    "%s expects a table that fits into %s MB in \"%s\" but got a larger one; start Java with a larger"
                            + " -Xmx, or take fewer rows",
                    who,
                    Runtime.getRuntime().maxMemory() >> 20,
                    file);
        }
    }

    private TableValues read(InputStream bytes, Function<List<String>, Map<Integer, Column>> plan) {
        TableValues values = new TableValues(new Place(who, file, 0), format);
        long line = 0;
        try (CsvReader<CsvRecord> records = CsvReader.builder()
                .fieldSeparator(format.separator())
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(text(bytes))) {
            for (CsvRecord each : records) {
                boolean first = line == 0;
                line = each.getStartingLineNumber();
                if (first) {
                    List<String> names = names(each.getFields());
                    values.begin(names, plan.apply(names));
                }
                if (!first || !format.header()) {
                    values.add(line, each.getFields());
                }
            }
        } catch (IOException | UncheckedIOException | CsvParseException e) {
            throw explain(e);
        }
        return values;
    }

    private List<String> names(List<String> first) {
        return IntStream.range(0, first.size())
                .mapToObj(column -> format.header() ? first.get(column).strip() : Integer.toString(column))
                .toList();
    }

    /** The characters behind the byte order mark, if there is one. */
    private Reader text(InputStream bytes) throws IOException {
        BufferedInputStream start = new BufferedInputStream(bytes);
        start.mark(3);
        byte[] mark = start.readNBytes(3);
        start.reset();
        String name = format.charset().name();
        if (mark.length == 3 && mark[0] == (byte) 0xEF && mark[1] == (byte) 0xBB && mark[2] == (byte) 0xBF) {
            requireCharset(name.equals("UTF-8"), "UTF-8", "UTF_8");
        }
        int pair = mark.length < 2 ? 0 : ((mark[0] & 0xff) << 8) | (mark[1] & 0xff);
        if (pair == 0xFEFF || pair == 0xFFFE) {
            requireCharset(name.contains("UTF-16") || name.contains("UTF-32"), "UTF-16", "UTF_16");
        }
        Reader text =
                new BufferedReader(new InputStreamReader(start, format.charset().newDecoder()));
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
        return text;
    }

    private void requireCharset(boolean right, String name, String constant) {
        DataException.check(
                right,
                "%s expects text in %s in \"%s\" but got the byte order mark of %s; call charset(StandardCharsets.%s)",
                who,
                format.charset(),
                file,
                name,
                constant);
    }

    private DataException explain(Exception failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof CharacterCodingException) {
            return DataException.of(
                    failure,
                    "%s expects text in %s in \"%s\" but got bytes that are none on line %s; call charset(…) with the"
                            + " file's own",
                    who,
                    format.charset(),
                    file,
                    lineOfBadBytes());
        }
        if (root instanceof CsvParseException) {
            return DataException.of(
                    failure,
                    "%s expects comma-separated values in \"%s\" but got this: %s; check its quotes",
                    who,
                    file,
                    root.getMessage());
        }
        return ReadableFile.failure(who, file, root);
    }

    /** A reader throws away what it has decoded before bad bytes, so the line is counted with the decoder itself. */
    private long lineOfBadBytes() {
        return new ReadableFile(who, file).read(stream -> {
            CharsetDecoder decoder = format.charset().newDecoder();
            ByteBuffer bytes = ByteBuffer.allocate(1 << 13);
            CharBuffer text = CharBuffer.allocate(1 << 13);
            long line = 1;
            char before = 0;
            for (boolean end = false, good = true; good && !end; ) {
                int count = stream.read(bytes.array(), bytes.position(), bytes.remaining());
                end = count < 0;
                bytes.position(bytes.position() + Math.max(0, count)).flip();
                good = !decoder.decode(bytes, text, end).isError();
                bytes.compact();
                text.flip();
                while (text.hasRemaining()) {
                    char next = text.get();
                    line += next == '\r' || (next == '\n' && before != '\r') ? 1 : 0;
                    before = next;
                }
                text.clear();
            }
            return line;
        });
    }
}
