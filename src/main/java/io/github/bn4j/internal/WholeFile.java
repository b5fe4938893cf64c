package io.github.bn4j.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Replaces a file as a whole or not at all. */
public final class WholeFile {

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {

        /** Writes it, from the start. */
        void writeTo(FileChannel channel) throws IOException;
    }

    private WholeFile() {}

    /**
     * Writes beside the file first, and puts it in its place when all is on the disk.
     *
     * @throws IOException if that fails; what was there before is unchanged then, and nothing is left beside it
     */
    public static void replace(Path path, Content content) throws IOException {
        Path target = path.toAbsolutePath();
        Path temporary = target.resolveSibling(".bn4j-" + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
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
