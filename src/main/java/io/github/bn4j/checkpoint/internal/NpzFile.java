package io.github.bn4j.checkpoint.internal;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.internal.SavedFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays by name in a zip, as {@code numpy.savez} writes them. */
public final class NpzFile {

    private static final String ARRAY = ".npy";

    private NpzFile() {}

    /**
     * Reads all arrays of a file, as {@link NpyFile#read} does.
     *
     * @param who who wants them, for messages
     * @throws CheckpointException if there is no such file, or it is damaged or holds anything but arrays of numbers
     * @throws UncheckedIOException if reading fails
     */
    public static Map<String, INDArray> read(String who, Path path) {
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(who + " expects an existing file but got \"" + path + "\"; check the path");
        }
        try (ZipFile zip = new ZipFile(path.toFile())) {
            return read(
                    who,
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
            String name = entry.getName();
            if (!name.endsWith(ARRAY)) {
                throw refusal.of("arrays", "\"" + name + "\" in it");
            }
            try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
                arrays.put(
                        name.substring(0, name.length() - ARRAY.length()),
                        NpyFile.read(who, in, (expected, got) -> refusal.of(expected, got + " in \"" + name + "\"")));
            }
        }
        return arrays;
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
