package io.github.bn4j.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.bn4j.graph.Shape;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One place in a JSON text of a file: what stands there, and an error that names the place where it is something else. */
final class Json {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Longest text quoted in a message. */
    private static final int QUOTE = 60;

    private final JsonElement element;
    private final FileSource source;
    private final Supplier<String> where;

    /* The place is put into words only for a message: the words of all places of a file can be far longer than the file. */
    private Json(JsonElement element, FileSource source, Supplier<String> where) {
        this.element = element;
        this.source = source;
        this.where = where;
    }

    /** The file. */
    FileSource source() {
        return source;
    }

    /** The place, such as {@code graph.nodes[3].op}. */
    String where() {
        return where.get();
    }

    /** The tree of a strict JSON text; a name that occurs twice in one object is an error too. */
    static Json parse(String text, String where, FileSource source) {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = read(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedJsonException("More than one value");
            }
            return new Json(element, source, () -> where);
        } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw source.damaged("JSON as " + where, "broken JSON (" + reason + ")", e);
        }
    }

    // Gson limits the nesting, so the recursion is limited as well.
    private static JsonElement read(JsonReader reader) throws IOException {
        JsonToken next = reader.peek();
        if (next == JsonToken.BEGIN_OBJECT) {
            JsonObject object = new JsonObject();
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (object.has(name)) {
                    throw new MalformedJsonException("name \"" + name + "\" twice in one object");
                }
                object.add(name, read(reader));
            }
            reader.endObject();
            return object;
        }
        if (next == JsonToken.BEGIN_ARRAY) {
            JsonArray array = new JsonArray();
            reader.beginArray();
            while (reader.hasNext()) {
                array.add(read(reader));
            }
            reader.endArray();
            return array;
        }
        return JsonParser.parseReader(reader);
    }

    static String text(JsonElement element) {
        return GSON.toJson(element);
    }

    static JsonArray of(Shape shape) {
        JsonArray array = new JsonArray();
        for (long dim : shape.dims()) {
            array.add(dim);
        }
        return array;
    }

    boolean has(String name) {
        return object().has(name);
    }

    Json at(String name) {
        JsonElement member = object().get(name);
        if (member == null) {
            throw wrong("an object with \"" + name + "\"");
        }
        return member(name, member);
    }

    Map<String, Json> members() {
        Map<String, Json> members = new LinkedHashMap<>();
        object().entrySet().forEach(entry -> members.put(entry.getKey(), member(entry.getKey(), entry.getValue())));
        return members;
    }

    private Json member(String name, JsonElement value) {
        return new Json(value, source, () -> where() + "." + name);
    }

    private JsonObject object() {
        if (!element.isJsonObject()) {
            throw wrong("an object");
        }
        return element.getAsJsonObject();
    }

    List<Json> items() {
        if (!element.isJsonArray()) {
            throw wrong("an array");
        }
        List<Json> items = new ArrayList<>();
        for (JsonElement item : element.getAsJsonArray()) {
            int index = items.size();
            items.add(new Json(item, source, () -> where() + "[" + index + "]"));
        }
        return items;
    }

    boolean isString() {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
    }

    String string() {
        if (!isString()) {
            throw wrong("a string");
        }
        return element.getAsString();
    }

    boolean bool() {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isBoolean()) {
            throw wrong("true or false");
        }
        return element.getAsBoolean();
    }

    /** A number as it was written. */
    String number() {
        if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isNumber()) {
            throw wrong("a number");
        }
        return element.getAsString();
    }

    /** A whole number from {@code min} to {@code max}. */
    long whole(long min, long max) {
        String digits = number();
        try {
            long value = new BigDecimal(digits).longValueExact();
            if (value >= min && value <= max) {
                return value;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw wrong("a whole number from " + min + " to " + max);
        }
        throw wrong("a whole number from " + min + " to " + max);
    }

    Shape shape() {
        long[] dims = items().stream()
                .mapToLong(item -> item.whole(1, Long.MAX_VALUE))
                .toArray();
        try {
            return Shape.of(dims);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw wrong("a shape of at most 31 axes and " + Long.MAX_VALUE + " elements");
        }
    }

    /** The start of a text, for a message. */
    static String quote(String text) {
        return text.length() <= QUOTE ? text : text.substring(0, QUOTE) + "…";
    }

    CheckpointException wrong(String expected) {
        return source.damaged(expected + " as " + where(), quote(text(element)));
    }

    /** The error that a name stands here that there is not, or not yet. */
    CheckpointException unknown(String expected) {
        return source.wrong(
                expected + " as " + where(),
                quote(text(element)),
                "use a newer bn4j, or another copy if the file is damaged",
                null);
    }
}
