package io.github.bn4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Replaces a file as a whole or not at all. */
final class AtomicFile {

    /** Writes the content of a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile() {}

    static void write(Path path, Content content) {
        Path target = path.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null || Files.isDirectory(target)) {
            throw new CheckpointException(
                    "Network.save expects the path of a file but got the directory \"" + path + "\"; add a file name");
        }
        if (!Files.isDirectory(directory)) {
            throw new CheckpointException("Network.save expects an existing directory for \"" + path + "\" but got \""
                    + directory + "\"; create it first");
        }
        Path temporary = directory.resolve(".bn4j-" + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Network.save expects to write \"" + path + "\" but got " + e
                            + "; what was there before is unchanged, save again when the cause is gone",
                    e);
        } finally {
            // Gone already after success.
            delete(temporary);
        }
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The failure that is on its way says more than this one.
            temporary.toFile().deleteOnExit();
        }
    }
}
