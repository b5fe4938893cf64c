package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.spark.internal.job.ApplicationObjects;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;

/** Objects as bytes, on their way from the driver to a rank. */
final class Serialized {

    private Serialized() {}

    /**
     * The bytes of an object.
     *
     * @throws IllegalArgumentException if something in it cannot travel
     */
    static byte[] of(Object object) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (NotSerializableException e) {
            checkArgument(
                    false,
                    "SparkTrainer expects settings and data that can travel to other machines but got one with %s; let it implement"
                            + " java.io.Serializable",
                    e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The object; its classes may have come to Spark with the application. */
    static <T> T read(byte[] bytes, Class<T> type) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (ObjectInputStream in = new ApplicationObjects(bytes, loader)) {
            return type.cast(in.readObject());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "SparkTrainer expects executors with all classes of the settings but got none for " + e.getMessage()
                            + "; add its jar by spark.jars",
                    e);
        }
    }
}
