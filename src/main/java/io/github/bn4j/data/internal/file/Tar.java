package io.github.bn4j.data.internal.file;

import io.github.bn4j.data.DataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a tar archive one after another (POSIX.1-1988 ustar: blocks of 512 bytes, the name at byte 0, the size in octal
 * at byte 124, the sum of all bytes of the header, with spaces in its own place, at byte 148). Their content is never in memory
 * as a whole.
 */
public final class Tar {

    /** A file of the archive, or a folder as an empty one. */
    public record Entry(String name, long size) {}

    private static final int BLOCK = 512;
    private static final int SUM = 148;
    private static final int SUM_LENGTH = 8;

    private final InputStream archive;
    private final Path file;
    private String name = "";
    private long left;
    private long padding;

    public Tar(InputStream archive, Path file) {
        this.archive = archive;
        this.file = file;
    }

    /** The next entry; nothing at the end. What was not read of the one before is skipped. */
    @Nullable
    public Entry next() throws IOException {
        skip();
        byte[] header = archive.readNBytes(BLOCK);
        if (header.length == 0 || isEmpty(header)) {
            return null;
        }
        if (header.length < BLOCK) {
            throw new EOFException("an archive that ends in a header");
        }
        String size = text(header, 124, 12);
        DataException.check(
                text(header, SUM, SUM_LENGTH).matches("[0-7]+")
                        && Long.parseLong(text(header, SUM, SUM_LENGTH), 8) == sum(header)
                        && size.matches("[0-7]+"),
                "Tar expects a header with a checksum in \"%s\" but got other bytes; check that it is a .tar.gz file",
                file);
        name = text(header, 0, 100);
        left = Long.parseLong(size, 8);
        padding = Math.floorMod(-left, BLOCK);
        return new Entry(name, left);
    }

    /** Reads the next bytes of the entry that was the last one. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = archive.readNBytes((int) Math.min(count, left));
        left -= bytes.length;
        if (bytes.length < count) {
            throw new EOFException("an archive that ends in " + name);
        }
        return bytes;
    }

    private void skip() throws IOException {
        try {
            archive.skipNBytes(left + padding);
            left = 0;
            padding = 0;
        } catch (EOFException e) {
            throw new EOFException("an archive that ends in " + name);
        }
    }

    private static boolean isEmpty(byte[] header) {
        for (byte each : header) {
            if (each != 0) {
                return false;
            }
        }
        return header.length == BLOCK;
    }

    private static int sum(byte[] header) {
        int sum = SUM_LENGTH * ' ';
        for (int i = 0; i < header.length; i++) {
            sum += i >= SUM && i < SUM + SUM_LENGTH ? 0 : Byte.toUnsignedInt(header[i]);
        }
        return sum;
    }

    private static String text(byte[] header, int from, int length) {
        String field = new String(header, from, length, StandardCharsets.ISO_8859_1);
        int end = field.indexOf('\0');
        return (end < 0 ? field : field.substring(0, end)).trim();
    }
}
