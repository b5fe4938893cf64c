package io.github.bn4j.data.internal.file;

import io.github.bn4j.data.DataException;
import io.github.bn4j.internal.AtomicFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file to be read from its beginning, packed by gzip or not; which one is told by its first two bytes, not by its name.
 *
 * @param who reads it, for messages
 * @param file where it is
 */
public record ReadableFile(String who, Path file) {

    // The longest run that deflate can write takes 1 bit for each 258 bytes that it repeats, twice: RFC 1951, section
    // 3.2.5.
    private static final long LARGEST_RATIO = 1032;

    private static final int GZIP = 0x1f8b;

    /** Reads something from the unpacked bytes. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(InputStream bytes) throws IOException;
    }

    /**
     * Hands the unpacked bytes to {@code reader}.
     *
     * @throws DataException if there is no such file, or reading fails
     */
    public <T> T read(Reader<T> reader) {
        requireFile();
        try {
            return AtomicFile.read(file, (in, size) -> {
                InputStream raw = new BufferedInputStream(in, 1 << 16);
                return reader.read(isPacked(raw) ? new GZIPInputStream(raw, 1 << 16) : raw);
            });
        } catch (IOException e) {
            throw failure(who, file, e);
        }
    }

    /** All bytes of the file, packed as it is. */
    public byte[] bytes() {
        try {
            return AtomicFile.read(file, (in, size) -> in.readAllBytes());
        } catch (IOException e) {
            throw failure(who, file, e);
        }
    }

    /** What to say where reading fails. */
    public static DataException failure(String who, Path file, Throwable failure) {
        boolean forbidden = failure instanceof AccessDeniedException || !Files.isReadable(file);
        return DataException.of(
                failure,
                "%s expects to read \"%s\" but got %s; %s",
                who,
                file,
                forbidden ? "no permission" : failure,
                forbidden ? "let this user read it" : "get the file again");
    }

    /** The number of bytes of the file, packed as it is. */
    public long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw failure(who, file, e);
        }
    }

    /** Checks that the path leads to a file. */
    public void requireFile() {
        DataException.check(
                Files.exists(file), "%s expects a file at \"%s\" but got nothing there; check the path", who, file);
        DataException.check(
                !Files.isDirectory(file),
                "%s expects a file at \"%s\" but got a directory; name a file in it",
                who,
                file);
    }

    private static boolean isPacked(InputStream raw) throws IOException {
        raw.mark(2);
        int start = (raw.read() << 8) | raw.read();
        raw.reset();
        return start == GZIP;
    }

    /**
     * Refuses a header that claims more bytes than the file can hold, before memory is taken for them.
     *
     * @param bytes what the header claims, with the header itself
     * @param claim what to call it, such as a shape
     */
    public void requireRoomFor(long bytes, String claim) throws IOException {
        long size = size();
        boolean packed = AtomicFile.read(file, (in, all) -> isPacked(new BufferedInputStream(in, 2)));
        long largest = packed ? Math.multiplyExact(size, LARGEST_RATIO) : size;
        DataException.check(
                bytes <= largest,
                "%s expects %s bytes for %s in \"%s\" but got a file of %s bytes%s; get the file again",
                who,
                bytes,
                claim,
                file,
                size,
                packed ? ", which cannot unpack to so many" : "");
    }
}
