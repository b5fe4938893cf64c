package io.github.bn4j.train;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Settings that go to other processes. */
final class Travelling {

    private Travelling() {}

    /** Refuses settings that cannot be serialized. */
    static void require(Settings settings) {
        settings.terms().forEach(Travelling::require);
        settings.metrics.forEach(metric -> require("metrics", metric));
    }

    private static void require(String name, Object value) {
        try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            out.writeObject(value);
        } catch (NotSerializableException refused) {
            throw new IllegalArgumentException(
                    "SharedTraining expects settings that can be serialized, as they go to other processes, but got "
                            + refused.getMessage() + " in " + name + " " + RunTerms.lasting(value)
                            + "; let that class implement Serializable, or do without it",
                    refused);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "SharedTraining expects settings that can be serialized but got " + e + " of " + name + " "
                            + RunTerms.lasting(value) + "; mend its writeObject",
                    e);
        }
    }
}
