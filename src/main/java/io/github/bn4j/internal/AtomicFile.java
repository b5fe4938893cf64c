package io.github.bn4j.internal;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Replaces a file as a whole or not at all, also in an interrupted thread. */
public final class AtomicFile {

    /* The content goes to a temporary file of a name of its own beside the target, which then takes the target's name. Whoever
     * writes holds a lock on the temporary file. The system releases it when the process dies, however it dies; so a temporary
     * file whose lock can be had is abandoned, and who saves to that folder next deletes it. Before the lock is taken and after
     * the file is closed another process may take it for abandoned: a file that is gone when it is to be moved is written again.
     *
     * Plain streams, because the channel of an interrupted thread is closed: a training that is cancelled is to be saved. */

    private static final int TRIES = 10;
    private static final int MOST_LINKS = 40;

    /** What this process is writing. It must not look at those locks: closing a file gives up the process's locks on it. */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {

        /** Writes it, from the start; may be asked to do so again. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Reads the content of a file. */
    @FunctionalInterface
    public interface Reader<T> {

        /** Reads {@code size} bytes or fewer; what is left is of no interest. */
        T readFrom(InputStream in, long size) throws IOException;
    }

    private AtomicFile() {}

    /** Reads a file from the start, also in an interrupted thread. */
    public static <T> T read(Path path, Reader<T> reader) throws IOException {
        if (hasFile(path)) {
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
                return reader.readFrom(new FileInputStream(file.getFD()), file.length());
            }
        }
        try (InputStream in = Files.newInputStream(path)) {
            return reader.readFrom(in, Files.size(path));
        }
    }

    /** The file that {@code path} stands for: where symbolic links lead, whether or not there is something yet. */
    public static Path target(Path path) throws IOException {
        Path target = path.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new IOException("too many symbolic links at " + path);
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    /**
     * Writes beside the file first, and puts it in its place when all is on the disk. A symbolic link stays one; the file that
     * it leads to is replaced. A file that was there before gives its permissions to the new one.
     *
     * @throws IOException if that fails; what was there before is unchanged then, and nothing is left beside it
     */
    public static void replace(Path path, Content content) throws IOException {
        replace(Map.of(path, content));
    }

    /**
     * The same of files that belong together: all are on the disk before the first is put in its place, in the order of the map.
     *
     * @throws IOException if that fails; what was there before is unchanged then, unless the system refuses to rename the second
     *     file after the first
     */
    public static void replace(Map<Path, Content> files) throws IOException {
        Map<Path, Content> targets = new LinkedHashMap<>();
        for (Map.Entry<Path, Content> file : files.entrySet()) {
            Path target = target(file.getKey());
            deleteAbandoned(directory(target));
            targets.put(target, file.getValue());
        }
        for (int tries = 1; !areReplaced(targets); tries++) {
            if (tries == TRIES) {
                throw new IOException("something else deletes temporary files in "
                        + directory(targets.keySet().iterator().next()));
            }
        }
    }

    private static Path directory(Path target) throws IOException {
        return target.resolveSibling("").toRealPath();
    }

    private static boolean isOnDisk(Path path) {
        return path.getFileSystem() == FileSystems.getDefault();
    }

    /** Whether plain streams can open it: a name that the JVM's locale cannot spell has a path, but no {@code File}. */
    private static boolean hasFile(Path path) {
        return isOnDisk(path) && path.toFile().exists();
    }

    private static void deleteAbandoned(Path directory) {
        if (!isOnDisk(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ".bn4j-*.tmp")) {
            for (Path file : files) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !IN_USE.contains(file)) {
                    deleteIfAbandoned(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Somebody else's leavings are no reason not to save.
        }
    }

    private static void deleteIfAbandoned(Path temporary) throws IOException {
        boolean abandoned;
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.READ)) {
            abandoned = lock(channel, true);
        } catch (NoSuchFileException gone) {
            return;
        }
        if (abandoned) {
            Files.deleteIfExists(temporary);
        }
    }

    /** Whether the lock of a file could be had; it is given up when the file is closed. */
    private static boolean lock(FileChannel channel, boolean shared) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException held) {
            return false;
        }
    }

    /** Whether the files are in their places; false if somebody deleted a temporary file on the way. */
    private static boolean areReplaced(Map<Path, Content> targets) throws IOException {
        Map<Path, Path> temporaries = new LinkedHashMap<>();
        try {
            for (Map.Entry<Path, Content> file : targets.entrySet()) {
                Path target = file.getKey();
                Path temporary = directory(target).resolve(".bn4j-" + UUID.randomUUID() + ".tmp");
                IN_USE.add(temporary);
                temporaries.put(target, temporary);
                write(temporary, file.getValue());
                keepPermissions(target, temporary);
            }
            for (Map.Entry<Path, Path> file : temporaries.entrySet()) {
                Files.move(file.getValue(), file.getKey(), StandardCopyOption.ATOMIC_MOVE);
                force(directory(file.getKey()));
            }
            return true;
        } catch (NoSuchFileException deleted) {
            if (targets.keySet().stream().allMatch(target -> Files.isDirectory(target.resolveSibling("")))) {
                return false;
            }
            throw deleted;
        } finally {
            for (Path temporary : temporaries.values()) {
                // Gone already after success.
                delete(temporary);
                IN_USE.remove(temporary);
            }
        }
    }

    private static void write(Path temporary, Content content) throws IOException {
        if (!hasFile(temporary.resolveSibling(""))) {
            writeByPath(temporary, content);
            return;
        }
        try (FileOutputStream file = new FileOutputStream(temporary.toFile())) {
            try {
                lock(file.getChannel(), false);
            } catch (IOException noLocks) {
                // Then others cannot have the lock either, and delete nothing.
            }
            content.writeTo(file);
            file.getFD().sync();
        }
    }

    private static void writeByPath(Path temporary, Content content) throws IOException {
        Set<OpenOption> options = new LinkedHashSet<>(List.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        if (isOnDisk(temporary)) {
            options.add(StandardOpenOption.SYNC);
        }
        try (OutputStream out = Files.newOutputStream(temporary, options.toArray(OpenOption[]::new))) {
            content.writeTo(out);
        }
    }

    /** Has the new name of a file on the disk, so that whoever deletes an older file then does not lose both with the power. */
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException | UnsupportedOperationException cannot) {
            // Windows opens no directories, and an interrupted thread no channels; the file itself is on the disk.
        }
    }

    private static void keepPermissions(Path target, Path temporary) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
        if (view == null || !Files.exists(target)) {
            return;
        }
        PosixFileAttributes kept = Files.readAttributes(target, PosixFileAttributes.class);
        try {
            view.setGroup(kept.group());
            view.setOwner(kept.owner());
        } catch (IOException notAllowed) {
            // Few users may give files away; the permissions are kept all the same.
        }
        view.setPermissions(kept.permissions());
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The failure that is on its way says more than this one; the next who saves here tries again.
        }
    }
}
