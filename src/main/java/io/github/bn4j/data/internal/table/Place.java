package io.github.bn4j.data.internal.table;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where values stand, for messages.
 *
 * @param who reads them
 * @param file none for a row that a program has made
 * @param line from 1
 */
public record Place(String who, @Nullable Path file, long line) {

    /** Whoever reads for {@code Csv}, which has settings for what is wrong. */
    public static final String CSV = "Csv";

    /** Words that follow "a value". */
    String of(String column) {
        return file == null
                ? "in column \"" + column + "\""
                : "on line " + line + " in column \"" + column + "\" of \"" + file + "\"";
    }
}
