package io.github.bn4j.internal;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file that a user has asked for: there as a whole or not at all, with one sentence about what is in the way. */
public final class SavedFile {

    private SavedFile() {}

    /**
     * Why nothing can be written there, whatever it is; empty if nothing is known against it.
     *
     * @param who what was called
     * @throws UncheckedIOException if symbolic links lead in a circle
     */
    public static Optional<String> obstacle(String who, Path path) {
        Path target;
        try {
            target = AtomicFile.target(path);
        } catch (IOException e) {
            throw failure(who, path, e);
        }
        Path directory = target.getParent();
        String wanted = who + " expects ";
        if (directory == null || Files.isDirectory(target)) {
            return Optional.of(wanted + "the path of a file but got the directory \"" + path + "\"; add a file name");
        }
        if (!Files.isDirectory(directory)) {
            return Optional.of(wanted + "an existing directory for \"" + path + "\" but got \"" + directory
                    + "\"; create it first");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            return Optional.of(
                    wanted + "the path of a file but got the device or pipe \"" + path + "\"; choose another name");
        }
        return Optional.empty();
    }

    /**
     * Writes it, in place of one that is there.
     *
     * @param who what was called
     * @param content is asked for when nothing is known to be in the way
     * @throws IllegalArgumentException if there is an {@link #obstacle}
     * @throws UncheckedIOException if writing fails; what was there before is unchanged then
     */
    public static void write(String who, Path path, AtomicFile.Content content) {
        Optional<String> obstacle = obstacle(who, path);
        checkArgument(obstacle.isEmpty(), "%s", obstacle.orElse(""));
        replace(who, path, content);
    }

    /**
     * Writes it where nothing is in the way.
     *
     * @throws UncheckedIOException if writing fails; what was there before is unchanged then
     */
    public static void replace(String who, Path path, AtomicFile.Content content) {
        try {
            AtomicFile.replace(path, content);
        } catch (IOException e) {
            throw failure(who, path, e);
        }
    }

    private static UncheckedIOException failure(String who, Path path, IOException cause) {
        return new UncheckedIOException(
                who + " expects to write \"" + path + "\" but got " + cause
                        + "; what was there before is unchanged, save again when the cause is gone",
                cause);
    }
}
