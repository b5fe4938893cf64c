package io.github.bn4j.text;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.stream.Stream;

/**
 * Text to be read, such as a table, a story or JSON: in JShell it appears as it is, where a string appears in quotes with
 * {@code \n} for its line ends. Goes wherever a {@code CharSequence} goes, for instance to {@code Files.writeString};
 * {@link #toString} is the string.
 *
 * @param string its characters
 */
public record Text(String string) implements CharSequence {

    private static final Gson JSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .registerTypeAdapter(double.class, JsonNumbers.DOUBLE)
            .registerTypeAdapter(Double.class, JsonNumbers.DOUBLE)
            .create();

    /**
     * A report as JSON: the components of its records under their names. What is no number is {@code null}, and infinity {@code 1E+999},
     * which those who read it take for infinity: JSON has no words for either.
     */
    public static Text json(Record report) {
        return new Text(JSON.toJson(report));
    }

    /** Its lines, without their ends. */
    public Stream<String> lines() {
        return string.lines();
    }

    @Override
    public int length() {
        return string.length();
    }

    @Override
    public char charAt(int index) {
        return string.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return string.subSequence(start, end);
    }

    @Override
    public String toString() {
        return string;
    }
}
