package io.github.bn4j.checkpoint.internal;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.internal.SavedFile;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays by name in a zip, as {@code numpy.savez} writes them. */
public final class NpzFile {

    private static final String ARRAY = ".npy";
    private static final byte[] MAGIC = {'P', 'K', 3, 4};

    private NpzFile() {}

    /**
     * Reads all arrays of a file, as {@link NpyFile#read} does.
     *
     * @param who who wants them, for messages
     * @throws CheckpointException if there is no such file, or it is damaged or holds anything but arrays of numbers
     * @throws UncheckedIOException if reading fails
     */
    public static Map<String, INDArray> read(String who, Path path) {
        return read(who, path, (zip, refusal) -> read(who, zip, refusal));
    }

    /**
     * Reads what a file says of its arrays, which may be larger than memory.
     *
     * @param who who wants it, for messages
     * @return by name; each begins at a byte of {@link #bytes}
     * @throws CheckpointException if there is no such file, or it is damaged, holds anything but arrays of numbers, or is compressed
     * @throws UncheckedIOException if reading fails
     */
    public static Map<String, NpyFile.Header> headers(String who, Path path) {
        return read(who, path, (zip, refusal) -> {
            Map<String, NpyFile.Header> headers = new LinkedHashMap<>();
            for (ZipEntry entry : zip.stream().toList()) {
                if (entry.getMethod() != ZipEntry.STORED) {
                    throw refusal.of("arrays that are not compressed", "\"" + entry.getName() + "\", which is");
                }
                headers.put(name(entry, refusal), of(zip, entry, refusal, NpyFile::header));
            }
            return headers;
        });
    }

    /** The bytes of an array that {@link #headers} names, from the start of its header on. */
    public static InputStream bytes(ZipFile zip, String array) throws IOException {
        ZipEntry entry = zip.getEntry(array + ARRAY);
        if (entry == null) {
            throw new FileNotFoundException(array + ARRAY + " in " + zip.getName());
        }
        return zip.getInputStream(entry);
    }

    /** Whether a file begins as a zip does. */
    public static boolean isOne(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        } catch (IOException unreadable) {
            // Which whoever reads it says.
            return false;
        }
    }

    /** Makes something of an open file. */
    @FunctionalInterface
    private interface Reading<T> {

        T of(ZipFile zip, Refusal refusal) throws IOException;
    }

    private static <T> T read(String who, Path path, Reading<T> reading) {
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(who + " expects an existing file but got \"" + path + "\"; check the path");
        }
        try (ZipFile zip = new ZipFile(path.toFile())) {
            return reading.of(
                    zip,
                    (expected, got) -> new CheckpointException(who + " expects " + expected + " in \"" + path
                            + "\" but got " + got + "; write it by numpy.savez(path, name=array)"));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    who + " expects to read \"" + path + "\" but got " + e + "; check the file", e);
        }
    }

    /** Reads all arrays of an open file. */
    public static Map<String, INDArray> read(String who, ZipFile zip, Refusal refusal) throws IOException {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        for (ZipEntry entry : zip.stream().toList()) {
            arrays.put(name(entry, refusal), of(zip, entry, refusal, (in, size, own) -> NpyFile.read(who, in, own)));
        }
        return arrays;
    }

    private static String name(ZipEntry entry, Refusal refusal) {
        String name = entry.getName();
        if (!name.endsWith(ARRAY)) {
            throw refusal.of("arrays", "\"" + name + "\" in it");
        }
        return name.substring(0, name.length() - ARRAY.length());
    }

    /** Makes something of the bytes of an entry. */
    @FunctionalInterface
    private interface EntryReading<T> {

        T of(InputStream in, long size, Refusal refusal) throws IOException;
    }

    private static <T> T of(ZipFile zip, ZipEntry entry, Refusal refusal, EntryReading<T> reading) throws IOException {
        try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
            return reading.of(
                    in,
                    entry.getSize(),
                    (expected, got) -> refusal.of(expected, got + " in \"" + entry.getName() + "\""));
        }
    }

    /**
     * Writes arrays as a whole file or not at all.
     *
     * @param who who wants it, for messages
     * @param arrays float32 or float64, by name. Not modified.
     * @throws UncheckedIOException if writing fails
     */
    public static void write(String who, Path path, Map<String, INDArray> arrays) {
        SavedFile.write(who, path, out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey() + ARRAY));
                NpyFile.write(array.getValue(), zip);
                zip.closeEntry();
            }
            zip.finish();
        });
    }
}
