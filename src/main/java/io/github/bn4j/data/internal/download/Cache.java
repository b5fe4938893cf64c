package io.github.bn4j.data.internal.download;

import io.github.bn4j.data.DownloadListener;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder of downloaded files that several threads and several Java processes may fill at once.
 *
 * @param folder where they are
 */
public record Cache(Path folder) {

    // A file lock keeps other processes out, and is an error for a second thread of this one.
    private static final Map<Path, Object> THREADS = new ConcurrentHashMap<>();

    /** The files, downloaded if they are not here. */
    public void fill(Iterable<RemoteFile> files, DownloadListener listener) throws IOException {
        Files.createDirectories(folder);
        synchronized (THREADS.computeIfAbsent(folder.toRealPath(), any -> new Object())) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                for (RemoteFile file : files) {
                    if (file.in(folder).isEmpty()) {
                        fetch(file, listener);
                    }
                }
            }
        }
    }

    private void fetch(RemoteFile file, DownloadListener listener) throws IOException {
        try {
            new Download(file, folder, listener, Download.PATIENCE).run();
        } catch (IOException e) {
            throw new IOException(file.source() + ": " + e, e);
        }
    }
}
