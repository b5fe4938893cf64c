package io.github.bn4j.checkpoint;

import io.github.bn4j.internal.AtomicFile;
import io.github.bn4j.internal.SavedFile;
import java.nio.file.Path;

/** Stores a network as a whole or not at all, and says why not. */
final class NetworkFileWriter {

    private NetworkFileWriter() {}

    static void write(Path path, AtomicFile.Content content) {
        write("Network.save", path, content);
    }

    static void write(String who, Path path, AtomicFile.Content content) {
        SavedFile.obstacle(who, path).ifPresent(obstacle -> {
            throw new CheckpointException(obstacle);
        });
        SavedFile.replace(who, path, content);
    }
}
