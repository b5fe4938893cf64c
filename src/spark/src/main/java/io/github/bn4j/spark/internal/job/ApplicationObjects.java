package io.github.bn4j.spark.internal.job;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import org.jspecify.annotations.Nullable;

/** Reads serialized objects whose classes may have come to Spark with the application. */
public final class ApplicationObjects extends ObjectInputStream {

    private final @Nullable ClassLoader loader;

    /**
     * Objects by the classes that a loader finds.
     *
     * @param loader that of the thread, as Spark sets it; null for that of the system
     */
    public ApplicationObjects(byte[] bytes, @Nullable ClassLoader loader) throws IOException {
        super(new ByteArrayInputStream(bytes));
        this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass of) throws IOException, ClassNotFoundException {
        try {
            return Class.forName(of.getName(), false, loader);
        } catch (ClassNotFoundException primitive) {
            return super.resolveClass(of);
        }
    }
}
