package io.github.bn4j.data.internal.download;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells a file from any other.
 *
 * @param algorithm name of a message digest
 * @param hex its value
 */
public record Checksum(String algorithm, String hex) {

    public static Checksum sha256(String hex) {
        return new Checksum("SHA-256", hex);
    }

    /** Only where its publishers give nothing better: it tells damage, not forgery. */
    public static Checksum md5(String hex) {
        return new Checksum("MD5", hex);
    }

    /** The value for the content of {@code file}. */
    String of(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has " + algorithm, e);
        }
        byte[] chunk = new byte[1 << 16];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (int count = bytes.read(chunk); count >= 0; count = bytes.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
