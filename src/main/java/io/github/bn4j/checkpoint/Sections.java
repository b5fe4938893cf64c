package io.github.bn4j.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The sections of a file as what they hold: numbers as digits, lists as JSON. */
public final class Sections {

    private final Map<String, String> texts;
    private final FileSource source;

    private Sections(Map<String, String> texts, FileSource source) {
        this.texts = texts;
        this.source = source;
    }

    /**
     * The sections of a network's file.
     *
     * @param name what it was read from, for messages: a file in quotes, or other words
     */
    public static Sections of(Checkpoint file, String name) {
        return new Sections(file.sections(), new FileSource("Network.load", name));
    }

    /** The sections of what was read from {@code path}. */
    public static Sections of(TensorFile file, Path path) {
        return new Sections(file.metadata(), new FileSource(path));
    }

    /** The sections of what {@code who} read from {@code path}. */
    public static Sections of(Map<String, String> texts, String who, Path path) {
        return new Sections(texts, new FileSource(who, path));
    }

    /** The text of a section that {@link #list} reads. */
    public static String text(Collection<String> list) {
        JsonArray array = new JsonArray();
        list.forEach(array::add);
        return Json.text(array);
    }

    /** The text of a section with others {@link #within} it. */
    public static String text(Map<String, String> inner) {
        JsonObject object = new JsonObject();
        inner.forEach(object::addProperty);
        return Json.text(object);
    }

    /** Whether there is a section of this name. */
    public boolean has(String name) {
        return texts.containsKey(name);
    }

    /**
     * The text of a section.
     *
     * @throws CheckpointException if there is no such section
     */
    public String text(String name) {
        String text = texts.get(name);
        if (text == null) {
            throw source.damaged("\"" + name + "\" in the metadata", texts.keySet());
        }
        return text;
    }

    /**
     * A whole number.
     *
     * @throws CheckpointException if there is no such section, or it holds something else
     */
    public long whole(String name) {
        String digits = text(name);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw source.damaged(
                    "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE + " as \"" + name + "\"",
                    "\"" + Json.quote(digits) + "\"",
                    e);
        }
    }

    /**
     * A list of texts.
     *
     * @throws CheckpointException if there is no such section, or it holds something else
     */
    public List<String> list(String name) {
        return Json.parse(text(name), name, source).items().stream()
                .map(Json::string)
                .toList();
    }

    /**
     * A finite number, infinity or NaN, as {@link Double#toString} wrote it.
     *
     * @throws CheckpointException if there is no such section, or it holds something else
     */
    public double number(String name) {
        String digits = text(name);
        try {
            return Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            throw source.damaged("a number as \"" + name + "\"", "\"" + Json.quote(digits) + "\"", e);
        }
    }

    /**
     * Sections that are within one of these, which {@link #text(Map)} made.
     *
     * @throws CheckpointException if there is no such section, or it holds something else
     */
    public Sections within(String name) {
        Map<String, String> inner = new LinkedHashMap<>();
        Json.parse(text(name), name, source).members().forEach((key, value) -> inner.put(key, value.string()));
        return new Sections(inner, source);
    }

    /** All sections by name, in the order of the file. */
    public Map<String, String> texts() {
        return Collections.unmodifiableMap(texts);
    }

    /** The error that a section holds {@code actual} and not what was expected. */
    public CheckpointException damaged(String expected, Object actual) {
        return source.damaged(expected, actual);
    }
}
