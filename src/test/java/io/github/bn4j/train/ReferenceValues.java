package io.github.bn4j.train;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Values that other libraries compute; the script that made them lies beside them. */
final class ReferenceValues {

    private ReferenceValues() {}

    /** The numbers of {@code name} in a file of {@code src/test/resources/train}: one row for each step. */
    static double[][] rows(String file, String name) {
        return new Gson()
                .fromJson(
                        Objects.requireNonNull(
                                read(file).getAsJsonObject("values").get(name), name),
                        double[][].class);
    }

    /** The numbers of {@code name} in a file without rows. */
    static double[] row(String file, String name) {
        return new Gson()
                .fromJson(
                        Objects.requireNonNull(
                                read(file).getAsJsonObject("values").get(name), name),
                        double[].class);
    }

    /** The numbers of {@code name} in a file in which they have names of their own. */
    static Map<String, Double> byName(String file, String name) {
        Map<String, Double> values = new LinkedHashMap<>();
        Objects.requireNonNull(read(file).getAsJsonObject("values").getAsJsonObject(name), name)
                .entrySet()
                .forEach(value -> values.put(value.getKey(), value.getValue().getAsDouble()));
        return values;
    }

    private static JsonObject read(String file) {
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(ReferenceValues.class.getResourceAsStream("/train/" + file)),
                StandardCharsets.UTF_8)) {
            return new Gson().fromJson(reader, JsonObject.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
