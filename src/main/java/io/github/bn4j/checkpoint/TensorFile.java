package io.github.bn4j.checkpoint;

import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tensors and texts by name in a safetensors file, of any program or of this library.
 *
 * @param tensors float32 or float64 arrays in the order of the file. Not modified.
 * @param metadata texts by name
 */
public record TensorFile(Map<String, INDArray> tensors, Map<String, String> metadata) {

    /** Copies the maps, not the arrays. */
    public TensorFile {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Reads a file. Half precision (F16, BF16), small whole numbers and truth values come as float32, those of 32 and 64 bits as
     * float64. Tensors without elements are passed over.
     *
     * @param who who wants it, for messages
     * @throws CheckpointException if there is no such file, it is damaged, or holds a tensor of another type
     * @throws java.io.UncheckedIOException if reading fails
     */
    public static TensorFile read(String who, Path path) {
        return OpenFile.read(who, path, file -> {
            List<TensorEntry> unknown = file.entries().values().stream()
                    .filter(entry -> entry.begin() < entry.end() && entry.type() == null)
                    .toList();
            if (!unknown.isEmpty()) {
                throw file.source()
                        .wrong(
                                "tensors of the types " + List.of(ElementType.values()),
                                unknown.get(0) + " as \"" + unknown.get(0).name() + "\"",
                                "convert it before",
                                null);
            }
            return new TensorFile(
                    Safetensors.read(file.data(), file.entries().values(), EnumSet.allOf(ElementType.class)),
                    file.metadata());
        });
    }

    /**
     * What tensors a file has, by name in the order of the file, without reading them: they may be larger than memory.
     *
     * @param who who wants it, for messages
     * @throws CheckpointException if there is no such file, or its header is damaged
     * @throws java.io.UncheckedIOException if reading fails
     */
    public static Map<String, StoredTensor> list(String who, Path path) {
        return OpenFile.read(who, path, file -> {
            Map<String, StoredTensor> all = new LinkedHashMap<>();
            file.entries()
                    .forEach((name, entry) -> all.put(
                            name,
                            new StoredTensor(
                                    entry.dtype(),
                                    LongStream.of(entry.dims()).boxed().toList(),
                                    file.dataBegin() + entry.begin(),
                                    file.dataBegin() + entry.end())));
            return all;
        });
    }

    /**
     * Reads some tensors of a file of which others may be larger than memory, as {@link #read(String, Path)} reads all.
     *
     * @param names those that are wanted; the others are passed over, and so are those that there are not
     */
    public static TensorFile read(String who, Path path, Set<String> names) {
        return OpenFile.read(who, path, file -> {
            long at = 0;
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            for (TensorEntry entry : file.entries().values()) {
                if (names.contains(entry.name())) {
                    file.data().skipNBytes(entry.begin() - at);
                    tensors.putAll(Safetensors.read(file.data(), List.of(entry), EnumSet.allOf(ElementType.class)));
                    at = entry.end();
                }
            }
            return new TensorFile(tensors, file.metadata());
        });
    }

    /** The texts of a file by name, without reading its tensors. */
    public static Map<String, String> metadata(String who, Path path) {
        return OpenFile.read(who, path, OpenFile::metadata);
    }

    /**
     * Reads what {@link Checkpoint#writeWithDigest} wrote, without its graph, for who has the network already: ops of any class may be in
     * it. The metadata are its sections.
     *
     * @throws CheckpointException if there is no such file, it is damaged in any way, has no digest or is of another kind
     * @throws java.io.UncheckedIOException if reading fails
     */
    public static TensorFile readWithDigest(Path path) {
        return OpenFile.read(path, file -> {
            FormatVersion.of(file.metadata(), file.source());
            if (!file.metadata().containsKey(OpenFile.DIGEST)) {
                throw file.source()
                        .damaged(
                                "\"" + OpenFile.DIGEST + "\" in the metadata",
                                file.metadata().keySet());
            }
            return new TensorFile(file.tensors(), file.sections());
        });
    }

    /**
     * Writes the file as a whole or not at all.
     *
     * @param who who wants it, for messages
     * @throws CheckpointException if the directory does not exist, or a tensor is not of float32 or float64 or has no elements
     * @throws java.io.UncheckedIOException if writing fails
     */
    public void write(String who, Path path) {
        byte[] header = Safetensors.header(tensors, metadata);
        NetworkFileWriter.write(who, path, out -> Safetensors.write(out, header, tensors.values()));
    }

    /**
     * Writes the file as {@link #write(String, Path)} does, with another tensor in front of those in memory.
     *
     * @param first its parts together have as many elements as it says
     */
    public void write(String who, Path path, WrittenTensor first) {
        byte[] header = Safetensors.header(tensors, metadata, first);
        NetworkFileWriter.write(who, path, out -> {
            Safetensors.writeHeader(out, header);
            while (first.parts().hasNext()) {
                ElementBytes.write(first.parts().next(), out);
            }
            for (INDArray tensor : tensors.values()) {
                ElementBytes.write(tensor, out);
            }
        });
    }
}
