package io.github.bn4j.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a file holds besides its graph, for who has the network already: ops of any class may be in it.
 *
 * @param tensors float32 and float64 arrays by name. Not modified.
 * @param sections texts by name
 */
public record FileContent(Map<String, INDArray> tensors, Map<String, String> sections) {

    public FileContent {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
    }

    /**
     * Reads what {@link Checkpoint#writeWithDigest} wrote.
     *
     * @throws CheckpointException if there is no such file, it is damaged in any way, has no digest or is of another kind
     * @throws java.io.UncheckedIOException if reading fails
     */
    public static FileContent read(Path path) {
        return OpenFile.read(path, file -> {
            FormatVersion.of(file.metadata(), file.source());
            if (!file.metadata().containsKey(OpenFile.DIGEST)) {
                throw file.source()
                        .damaged(
                                "\"" + OpenFile.DIGEST + "\" in the metadata",
                                file.metadata().keySet());
            }
            return new FileContent(file.tensors(), file.sections());
        });
    }
}
