package io.github.bn4j.tensorboard;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of one training, {@code run-7}, with one file for each of its fits. Readers take the files in the order of their names,
 * which therefore begin with their number; the seed in them tells a training that goes on, perhaps in another process, from others.
 */
record RunFolder(Path path) {

    private static final String FILES = "events.out.tfevents";

    /** A new one, whose number is one more than the largest. */
    static RunFolder next(Path logs, String name) throws IOException {
        Files.createDirectories(logs);
        while (true) {
            TreeMap<Long, Path> there = all(logs, name);
            long number = there.isEmpty() ? 1 : there.lastKey() + 1;
            try {
                return new RunFolder(Files.createDirectory(logs.resolve(name + "-" + number)));
            } catch (FileAlreadyExistsException another) {
                if (!Files.isDirectory(logs.resolve(name + "-" + number))) {
                    throw another;
                }
            }
        }
    }

    /** The newest one of a training with this seed. */
    static Optional<RunFolder> newest(Path logs, String name, long seed) throws IOException {
        if (!Files.isDirectory(logs)) {
            return Optional.empty();
        }
        for (Path folder : all(logs, name).descendingMap().values()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, FILES + ".*" + ending(seed))) {
                if (files.iterator().hasNext()) {
                    return Optional.of(new RunFolder(folder));
                }
            }
        }
        return Optional.empty();
    }

    private static TreeMap<Long, Path> all(Path logs, String name) throws IOException {
        Pattern pattern = Pattern.compile(Pattern.quote(name) + "-(\\d{1,18})");
        TreeMap<Long, Path> folders = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(logs)) {
            for (Path entry : entries) {
                Matcher matcher = pattern.matcher(String.valueOf(entry.getFileName()));
                if (matcher.matches() && Files.isDirectory(entry)) {
                    folders.put(Long.parseLong(matcher.group(1)), entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return folders;
    }

    private static String ending(long seed) {
        return String.format(Locale.ROOT, ".seed-%016x", seed);
    }

    /** A file, empty so far, that comes after those that are there. */
    Path nextFile(long seed) throws IOException {
        for (int number = 1; ; number++) {
            String name = String.format(Locale.ROOT, FILES + ".%06d", number);
            try (DirectoryStream<Path> same = Files.newDirectoryStream(path, name + ".*")) {
                if (!same.iterator().hasNext()) {
                    return Files.createFile(path.resolve(name + ending(seed)));
                }
            }
        }
    }
}
