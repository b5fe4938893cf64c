package io.github.bn4j.data;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a tar archive one after another (POSIX.1-1988 ustar: blocks of 512 bytes, the name at byte 0, the size in octal
 * at byte 124), each small enough for memory.
 */
final class Tar {

    /** A file of the archive. */
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(String name, byte[] content) {

        int size() {
            return content.length;
        }

        InputStream bytes() {
            return new ByteArrayInputStream(content);
        }
    }

    private static final int BLOCK = 512;
    private static final int LARGEST = 1 << 28;

    private final InputStream archive;
    private final Path file;

    Tar(InputStream archive, Path file) {
        this.archive = archive;
        this.file = file;
    }

    /** The next entry, a folder as an empty one; nothing at the end. */
    @Nullable
    Entry next() throws IOException {
        byte[] header = archive.readNBytes(BLOCK);
        if (header.length == 0 || (header.length == BLOCK && header[0] == 0)) {
            return null;
        }
        if (header.length < BLOCK) {
            throw new EOFException("an archive that ends in a header");
        }
        String name = text(header, 0, 100);
        String size = text(header, 124, 12);
        DataException.check(
                size.matches("[0-7]+") && Long.parseLong(size, 8) <= LARGEST,
                "Tar expects a header with a size of at most %s bytes in \"%s\" but got \"%s\"; check that it is a"
                        + " .tar.gz file",
                LARGEST,
                file,
                size);
        int length = Integer.parseInt(size, 8);
        byte[] content = archive.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("an archive that ends in " + name);
        }
        archive.skipNBytes((BLOCK - length % BLOCK) % BLOCK);
        return new Entry(name, content);
    }

    private static String text(byte[] header, int from, int length) {
        String field = new String(header, from, length, StandardCharsets.ISO_8859_1);
        int end = field.indexOf('\0');
        return (end < 0 ? field : field.substring(0, end)).trim();
    }
}
