package io.github.bn4j.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.regex.Pattern;

/** JSON in ASCII, which a terminal or pipe of any encoding passes on as it is. */
final class AsciiJson {

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    // In JSON they stand in strings only, where each unit of UTF-16 can be escaped.
    private static final Pattern OTHERS = Pattern.compile("[^\\x00-\\x7F]");

    private AsciiJson() {}

    /** The components of records under their names, without those that are null. */
    static String of(Record document) {
        return OTHERS.matcher(GSON.toJson(document)).replaceAll(found -> escaped(found.group()));
    }

    private static String escaped(String character) {
        StringBuilder text = new StringBuilder();
        character.chars().forEach(unit -> text.append(String.format("\\\\u%04x", unit)));
        return text.toString();
    }
}
