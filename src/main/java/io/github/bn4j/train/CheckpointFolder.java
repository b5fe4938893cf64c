package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files of the checkpoints of one training; whatever else is in the folder is left alone. */
final class CheckpointFolder {

    private static final Pattern NAME = Pattern.compile("step-\\d{10,}\\.safetensors");

    private final Path folder;

    CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /** The file of the checkpoint after so many steps. */
    Path file(long steps) {
        return folder.resolve(String.format(Locale.ROOT, "step-%010d.safetensors", steps));
    }

    /** All checkpoints, the newest first; none if there is no such folder. */
    List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                if (NAME.matcher(file.getFileName().toString()).matches()) {
                    files.add(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new IllegalArgumentException(
                    "checkpoints expects a folder that can be read but got \"" + folder + "\" and " + e
                            + "; look at its permissions",
                    e);
        }
        // By the number of steps, which may have more digits than usual.
        Comparator<Path> byLength =
                Comparator.comparing(file -> file.getFileName().toString().length());
        files.sort(byLength.thenComparing(Comparator.naturalOrder()).reversed());
        return files;
    }

    /**
     * Makes the folder if there is none, and tries to write to it.
     *
     * @throws IllegalArgumentException if that cannot be done
     */
    void open() {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".bn4j-", ".tmp"));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "checkpoints expects a folder that can be written to but got \"" + folder + "\" and " + e
                            + "; choose another one, or mend this one",
                    e);
        }
    }

    /**
     * Refuses a folder with checkpoints of another training.
     *
     * @param own the last checkpoint of this training; null if there is none
     */
    void requireOwn(@Nullable Path own) {
        List<Path> files = files();
        checkState(
                files.isEmpty() || files.get(0).equals(own),
                "fit expects a folder for checkpoints without those of another training but got \"%s\" with %s; call resume to go on"
                        + " with them, or choose another folder",
                folder,
                files.isEmpty() ? "none" : files.get(0).getFileName());
    }

    /**
     * Writes a checkpoint, then deletes all others but the few before it. Those after it are damaged, as the training went on from an older one.
     *
     * @param keep how many stay, with this one
     * @param writer writes a file as a whole or not at all
     * @return the file
     * @throws UncheckedIOException if that cannot be done; the older checkpoints are unchanged then
     */
    Path write(long steps, int keep, Consumer<Path> writer) {
        Path file = file(steps);
        try {
            Files.createDirectories(folder);
            writer.accept(file);
        } catch (IOException e) {
            throw failed(file, e);
        } catch (UncheckedIOException e) {
            throw failed(file, requireNonNull(e.getCause()));
        }
        List<Path> all = files();
        int newest = Math.max(0, all.indexOf(file));
        List<Path> kept = all.subList(newest, Math.min(all.size(), newest + keep));
        all.stream().filter(each -> !kept.contains(each)).forEach(CheckpointFolder::delete);
        return file;
    }

    private static UncheckedIOException failed(Path file, IOException cause) {
        return new UncheckedIOException(
                "checkpoints expects to write \"" + file + "\" but got " + cause
                        + "; the checkpoints before it are unchanged, call resume when the cause is gone",
                cause);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // One checkpoint too many is no reason to end a training; the next time it is tried again.
        }
    }

    /**
     * The newest checkpoint that can be read.
     *
     * @throws CheckpointException if there are some, but none that can be
     */
    Optional<SavedTraining> newest() {
        List<String> damaged = new ArrayList<>();
        for (Path file : files()) {
            try {
                return Optional.of(TrainingFile.read(file, damaged));
            } catch (CheckpointException | UncheckedIOException e) {
                damaged.add(e.getMessage());
            }
        }
        if (damaged.isEmpty()) {
            return Optional.empty();
        }
        throw new CheckpointException("resume expects a checkpoint that can be read in \"" + folder + "\" but got "
                + damaged.size() + " that cannot: " + String.join("; and ", damaged)
                + "; put back a copy, or delete them to begin anew");
    }
}
