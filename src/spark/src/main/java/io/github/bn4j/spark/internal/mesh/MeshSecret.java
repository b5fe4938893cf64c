package io.github.bn4j.spark.internal.mesh;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the ranks of one mesh know and nobody else does: a half that who connects presents, and a half that who is connected to answers
 * with.
 */
final class MeshSecret {

    /** Of each half. */
    static final int HALF = 16;

    private final byte[] bytes;

    private MeshSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    static MeshSecret random() {
        byte[] bytes = new byte[2 * HALF];
        new SecureRandom().nextBytes(bytes);
        return new MeshSecret(bytes);
    }

    /** Reads what {@link #text} has written. */
    static MeshSecret parse(String text) {
        return new MeshSecret(HexFormat.of().parseHex(text));
    }

    String text() {
        return HexFormat.of().formatHex(bytes);
    }

    byte[] question() {
        return Arrays.copyOf(bytes, HALF);
    }

    byte[] answer() {
        return Arrays.copyOfRange(bytes, HALF, 2 * HALF);
    }

    /** Whether the next bytes are these, in a time that does not tell how many are. */
    static boolean isNext(byte[] half, ByteBuffer source) {
        byte[] given = new byte[HALF];
        source.get(given);
        return MessageDigest.isEqual(half, given);
    }

    @Override
    public String toString() {
        return "MeshSecret[…]";
    }
}
