package io.github.bn4j.data;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import org.jspecify.annotations.Nullable;

/** Data cannot be read or fetched; the message names the file, and says what is wrong and what to do. */
public final class DataException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private DataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** One with a message of {@link String#format}. */
    @FormatMethod
    public static DataException of(@FormatString String message, @Nullable Object... arguments) {
        return new DataException(String.format(message, arguments), null);
    }

    /** One with a message of {@link String#format}, and what it comes of. */
    @FormatMethod
    public static DataException of(
            @Nullable Throwable cause, @FormatString String message, @Nullable Object... arguments) {
        return new DataException(String.format(message, arguments), cause);
    }

    /** Throws one with a message of {@link String#format} unless the condition holds. */
    @FormatMethod
    public static void check(boolean condition, @FormatString String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new DataException(String.format(message, arguments), null);
        }
    }
}
