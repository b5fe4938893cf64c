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

    @FormatMethod
    static DataException of(@FormatString String message, @Nullable Object... arguments) {
        return new DataException(String.format(message, arguments), null);
    }

    @FormatMethod
    static DataException of(@Nullable Throwable cause, @FormatString String message, @Nullable Object... arguments) {
        return new DataException(String.format(message, arguments), cause);
    }

    @FormatMethod
    static void check(boolean condition, @FormatString String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new DataException(String.format(message, arguments), null);
        }
    }
}
