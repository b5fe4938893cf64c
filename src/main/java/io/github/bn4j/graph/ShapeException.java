package io.github.bn4j.graph;

import io.github.bn4j.internal.Listing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tensor has another shape than a layer, op or program can work with. */
public final class ShapeException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final @Nullable String who;
    private final String expected;
    private final String actual;
    private final @Nullable String advice;

    private ShapeException(@Nullable String who, String expected, String actual, @Nullable String advice) {
        super((who == null ? "" : who + " ") + "expects " + expected + " but got " + actual
                + (advice == null ? "" : "; " + advice));
        this.who = who;
        this.expected = expected;
        this.actual = actual;
        this.advice = advice;
    }

    /**
     * An exception that does not say yet who expects; the scope in which it is thrown adds the layer's name.
     *
     * @param expected what would have been right, such as {@code input [channels, height, width]}
     * @param actual the whole shape received
     */
    public static ShapeException expected(String expected, Object actual) {
        return new ShapeException(null, expected, text(actual), null);
    }

    /** An exception that also tells a way out, such as {@code use BatchNorm1d after Flatten}. */
    public static ShapeException expected(String expected, Object actual, String advice) {
        return new ShapeException(null, expected, text(actual), advice);
    }

    private static String text(Object actual) {
        return actual instanceof List<?> list ? Listing.of(list) : actual.toString();
    }

    /** The same failure said by {@code who}; unchanged if somebody has put a name to it already. */
    public ShapeException by(String name) {
        return who != null ? this : copy(name, actual, "");
    }

    /**
     * The same failure said by {@code who} of a tensor that came from {@code source}.
     *
     * @param more another way out; empty if there is none
     */
    ShapeException by(String name, String source, String more) {
        return who != null ? this : copy(name, actual + " from " + source, more);
    }

    private ShapeException copy(String name, String received, String more) {
        String ways = advice == null ? more : more.isEmpty() ? advice : advice + ", or " + more;
        ShapeException named =
                new ShapeException(name, expected, received, ways == null || ways.isEmpty() ? null : ways);
        named.setStackTrace(getStackTrace());
        return named;
    }

    /** What would have been right. */
    public String expected() {
        return expected;
    }

    /** The shape received. */
    public String actual() {
        return actual;
    }
}
