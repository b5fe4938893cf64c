package io.github.bn4j.checkpoint;

import io.github.bn4j.internal.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stores a network as a whole or not at all, and says why not. */
final class NetworkFileWriter {

    private NetworkFileWriter() {}

    static void write(Path path, AtomicFile.Content content) {
        try {
            requireFile(path, AtomicFile.target(path));
            AtomicFile.replace(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Network.save expects to write \"" + path + "\" but got " + e
                            + "; what was there before is unchanged, save again when the cause is gone",
                    e);
        }
    }

    private static void requireFile(Path path, Path target) {
        Path directory = target.getParent();
        if (directory == null || Files.isDirectory(target)) {
            throw new CheckpointException(
                    "Network.save expects the path of a file but got the directory \"" + path + "\"; add a file name");
        }
        if (!Files.isDirectory(directory)) {
            throw new CheckpointException("Network.save expects an existing directory for \"" + path + "\" but got \""
                    + directory + "\"; create it first");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new CheckpointException("Network.save expects the path of a file but got the device or pipe \"" + path
                    + "\"; choose another name");
        }
    }
}
