package io.github.bn4j.spark.internal.inference;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Precision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * A network as the bytes of its file, for other JVMs: as it was when this was made, whatever becomes of it later. It runs on ND4J
 * where it did, and else on the fastest engine of each machine, in the precision that it had where the machine gains from that.
 */
public final class PortableNetwork implements Serializable {

    private static final long serialVersionUID = 1;

    private final byte[] file;
    private final Class<?>[] own;
    private final boolean reference;
    /* The components of the Precision, as Kryo takes no records. */
    private final boolean mixed;
    private final boolean keepsFirst;
    private final boolean keepsLast;
    private final String[] kept;
    private final String digest;
    private transient @Nullable Broadcast<PortableNetwork> broadcast;
    private transient @Nullable SparkContext broadcastBy;

    private PortableNetwork(byte[] file, Class<?>[] own, boolean reference, Precision precision) {
        this.file = file;
        this.own = own;
        this.reference = reference;
        mixed = precision.mixed();
        keepsFirst = precision.keepsFirst();
        keepsLast = precision.keepsLast();
        kept = precision.kept().toArray(String[]::new);
        this.digest = digest(file);
    }

    /**
     * A network as it is now.
     *
     * @param own classes as for {@link Network#load}
     */
    public static PortableNetwork of(Network network, Class<?>... own) {
        try {
            Path path = Files.createTempFile("bn4j", ".safetensors");
            try {
                network.save(path);
                return new PortableNetwork(
                        Files.readAllBytes(path),
                        own.clone(),
                        network.engine().name().equals(Engine.nd4j().name()),
                        network.engine().precision());
            } finally {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of a file that {@link Network#save} wrote, on the fastest engine. */
    public static PortableNetwork ofFile(byte[] file) {
        return new PortableNetwork(file, new Class<?>[0], false, Precision.FULL);
    }

    /** Another network with the same classes of its own. */
    public PortableNetwork with(Network other) {
        return of(other, own);
    }

    /** Where executors get it from: the same broadcast for the same Spark application. */
    public synchronized Broadcast<PortableNetwork> broadcast(SparkContext context) {
        Broadcast<PortableNetwork> known = broadcast;
        if (known == null || broadcastBy != context) {
            known = JavaSparkContext.fromSparkContext(context).broadcast(this);
            broadcast = known;
            broadcastBy = context;
        }
        return known;
    }

    /** The network, which all tasks of this JVM that ask for it share. Not to be modified. */
    public Network shared() {
        return SharedNetworks.of(this);
    }

    /** The network, for the caller alone. */
    public Network copy() {
        Network network = Network.load(new ByteArrayInputStream(file), own);
        if (reference) {
            return network.on(Engine.nd4j());
        }
        return network.engine().obstacle(precision()).isEmpty() ? network.precision(precision()) : network;
    }

    private Precision precision() {
        return new Precision(mixed, keepsFirst, keepsLast, Set.of(kept));
    }

    /** The file. Not to be modified. */
    public byte[] file() {
        return file;
    }

    /** Equal for networks of the same contents. */
    String digest() {
        return digest + reference + precision();
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "PortableNetwork[" + file.length + " bytes]";
    }
}
