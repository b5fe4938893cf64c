package io.github.bn4j.internal;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Comma-separated values (RFC 4180), with the line ends of Unix. */
public final class CsvText {

    private CsvText() {}

    /** The lines, each with its end. */
    public static String of(List<List<String>> lines) {
        StringWriter text = new StringWriter();
        try (CsvWriter writer =
                CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            lines.forEach(writer::writeRecord);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Writes a file as a whole or not at all, in UTF-8.
     *
     * @throws IllegalArgumentException if there can be no file
     * @throws UncheckedIOException if writing fails
     */
    public static void write(String who, Path path, List<List<String>> lines) {
        SavedFile.write(who, path, out -> out.write(of(lines).getBytes(StandardCharsets.UTF_8)));
    }
}
