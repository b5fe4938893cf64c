package io.github.bn4j.internal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
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
     * Checks that an argument is not null, and returns it.
     *
     * @param who who was called
     * @param what what it expects, such as {@code an array [rows, 4]}
     * @throws IllegalArgumentException if {@code value} is null
     */
    @CanIgnoreReturnValue
    public static <T> T checkGiven(@Nullable T value, String who, String what) {
        if (value == null) {
            throw new IllegalArgumentException(who + " expects " + what + " but got null");
        }
        return value;
    }

    /**
     * Checks that neither an array nor an element of it is null, and returns it.
     *
     * @throws IllegalArgumentException if one is
     */
    @CanIgnoreReturnValue
    public static <T> T[] checkEachGiven(T @Nullable [] values, String who, String what) {
        T[] given = checkGiven(values, who, what);
        for (T value : given) {
            checkGiven(value, who, what);
        }
        return given;
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
     * Checks that a file could be made in the directory where it is to be.
     *
     * @param who who wants to write it, for the message
     * @throws IllegalArgumentException if that directory does not exist
     */
    public static void checkDirectoryOf(String who, Path file) {
        Path directory = file.toAbsolutePath().getParent();
        checkArgument(
                directory != null && Files.isDirectory(directory),
                "%s expects an existing directory for \"%s\" but got \"%s\"; create it first",
                who,
                file,
                directory);
    }

    /**
     * Checks that nobody wants the thread to end what it does.
     *
     * @param who what was called
     * @param then the rest of the message: where that was, a semicolon, and what became of it
     * @throws CancellationException if it is interrupted
     */
    public static void checkGoesOn(String who, String then) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException(who + " expects a thread that goes on but got an interrupt" + then);
        }
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
