package io.github.bn4j.checkpoint;

import io.github.bn4j.internal.AtomicFile;
import io.github.bn4j.internal.ContentDigest;
import io.github.bn4j.internal.ElementType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A file that is being read: what its header says, and the stream at the start of the data.
 *
 * @param metadata all texts by name
 * @param entries what the header says of the tensors, in the order of the data
 * @param dataBegin the byte of the file that the data begin at
 */
record OpenFile(
        FileSource source,
        Map<String, String> metadata,
        Map<String, TensorEntry> entries,
        long dataBegin,
        InputStream data) {

    /** Where the digest stands in the metadata, if there is one. */
    static final String DIGEST = "digest";

    /** What the file format keeps in the metadata for itself. */
    static final Set<String> RESERVED = Set.of(FormatVersion.KEY, "graph", DIGEST);

    /** What networks are stored as. */
    static final Set<ElementType> FLOATING = Set.of(ElementType.F32, ElementType.F64);

    /** Makes something of a file. */
    @FunctionalInterface
    interface Reading<T> {

        T of(OpenFile file) throws IOException;
    }

    static <T> T read(Path path, Reading<T> reading) {
        return read("Network.load", path, reading);
    }

    static <T> T read(String who, Path path, Reading<T> reading) {
        if (!Files.exists(path)) {
            throw new CheckpointException(who + " expects an existing file but got \"" + path + "\"; check the path");
        }
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(who + " expects a file but got the "
                    + (Files.isDirectory(path) ? "directory" : "device or pipe") + " \"" + path
                    + "\"; check the path");
        }
        try {
            return AtomicFile.read(path, (in, size) -> reading.of(of(in, size, new FileSource(who, path))));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    who + " expects to read \"" + path + "\" but got " + e + "; check the file", e);
        }
    }

    /**
     * Reads a network's file from a stream, to its end.
     *
     * @param name what it is, for messages
     */
    static <T> T read(InputStream stream, String name, Reading<T> reading) {
        String who = "Network.load";
        try {
            byte[] bytes = stream.readAllBytes();
            return reading.of(of(new ByteArrayInputStream(bytes), bytes.length, new FileSource(who, name)));
        } catch (IOException e) {
            throw new UncheckedIOException(who + " expects to read " + name + " but got " + e + "; check it", e);
        }
    }

    private static OpenFile of(InputStream in, long size, FileSource source) throws IOException {
        Safetensors.Header header = Safetensors.readHeader(in, size, source);
        Json json = header.json();
        Map<String, String> metadata = new LinkedHashMap<>();
        if (json.has(Safetensors.METADATA)) {
            json.at(Safetensors.METADATA).members().forEach((name, value) -> metadata.put(name, value.string()));
        }
        return new OpenFile(source, metadata, Safetensors.entries(header), size - header.available(), in);
    }

    /** The texts that whoever wrote the file keeps in it. */
    Map<String, String> sections() {
        Map<String, String> sections = new LinkedHashMap<>(metadata);
        sections.keySet().removeAll(RESERVED);
        return sections;
    }

    /**
     * The tensors by name; reads them, so it can be called once.
     *
     * @throws CheckpointException if the file has a digest and holds something else than was written
     */
    Map<String, INDArray> tensors() throws IOException {
        Map<String, INDArray> tensors = Safetensors.read(data, entries.values(), FLOATING);
        String wanted = metadata.get(DIGEST);
        if (wanted != null) {
            String digest = digest(metadata, tensors);
            if (!digest.equals(wanted)) {
                throw source.damaged("contents of digest " + wanted, digest);
            }
        }
        return tensors;
    }

    /** The digest of a file's contents. */
    static String digest(Map<String, String> metadata, Map<String, INDArray> tensors) {
        Map<String, String> texts = new TreeMap<>(metadata);
        texts.remove(DIGEST);
        ContentDigest digest = new ContentDigest();
        texts.forEach((name, text) -> {
            digest.add(name);
            digest.add(text);
        });
        new TreeMap<>(tensors).forEach((name, tensor) -> {
            digest.add(name);
            digest.add(tensor);
        });
        return digest.hex();
    }
}
