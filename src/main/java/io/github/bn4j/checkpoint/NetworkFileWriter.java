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
        write("Network.save", path, content);
    }

    static void write(String who, Path path, AtomicFile.Content content) {
        try {
            requireFile(who, path, AtomicFile.target(path));
            AtomicFile.replace(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    who + " expects to write \"" + path + "\" but got " + e
                            + "; what was there before is unchanged, save again when the cause is gone",
                    e);
        }
    }

    private static void requireFile(String who, Path path, Path target) {
        Path directory = target.getParent();
        if (directory == null || Files.isDirectory(target)) {
            throw new CheckpointException(
                    who + " expects the path of a file but got the directory \"" + path + "\"; add a file name");
        }
        if (!Files.isDirectory(directory)) {
            throw new CheckpointException(who + " expects an existing directory for \"" + path + "\" but got \""
                    + directory + "\"; create it first");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new CheckpointException(who + " expects the path of a file but got the device or pipe \"" + path
                    + "\"; choose another name");
        }
    }
}
