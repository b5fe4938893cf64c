package io.github.bn4j.internal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import org.jspecify.annotations.Nullable;

/**
 * Argument checks whose messages follow one grammar: {@code <who> expects <what> but got <what>; <what to do>}.
 */
public final class Checks {

    private Checks() {}

    /**
     * Checks an argument.
     *
     * @throws IllegalArgumentException with the formatted message if {@code condition} is false
     */
    @FormatMethod
    public static void checkArgument(boolean condition, @FormatString String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(message, arguments));
        }
    }

    /**
     * Checks that there is a value, and returns it.
     *
     * @throws IllegalArgumentException with the formatted message if {@code value} is null
     */
    @FormatMethod
    @CanIgnoreReturnValue
    public static <T> T checkPresent(@Nullable T value, @FormatString String message, @Nullable Object... arguments) {
        if (value == null) {
            throw new IllegalArgumentException(String.format(message, arguments));
        }
        return value;
    }

    /**
     * Checks the state of an object.
     *
     * @throws IllegalStateException with the formatted message if {@code condition} is false
     */
    @FormatMethod
    public static void checkState(boolean condition, @FormatString String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new IllegalStateException(String.format(message, arguments));
        }
    }
}
