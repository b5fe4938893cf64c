package io.github.bn4j.data.internal.download;

import io.github.bn4j.data.DownloadListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Fetches a file into a folder: as a whole, checked, or not at all.
 *
 * <p>The bytes go to a file that ends in {@code .part}. It stays when the connection breaks, and the next attempt asks for
 * the rest alone (RFC 9110, section 14); whoever has only the whole is read from the start. A file whose checksum is right is
 * moved to its name in one step.
 */
record Download(RemoteFile file, Path folder, DownloadListener listener, Duration patience) {

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int NO_SUCH_RANGE = 416;
    private static final int ATTEMPTS = 3;

    /** How long to wait for a connection, an answer, or more of it. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Runs the download.
     *
     * @throws IOException if the file cannot be had; its message says why, the rest is for the caller to say
     */
    void run() throws IOException {
        Path part = folder.resolve(file.name() + ".part");
        boolean resumed = Files.exists(part) && Files.size(part) > 0;
        fetch(part);
        String got = file.checksum().of(part);
        if (resumed && !got.equals(file.checksum().hex())) {
            // What was left may be of another version of the file.
            Files.delete(part);
            fetch(part);
            got = file.checksum().of(part);
        }
        if (!got.equals(file.checksum().hex())) {
            Files.delete(part);
            throw new IOException("got the " + file.checksum().algorithm() + " checksum " + got + " instead of "
                    + file.checksum().hex());
        }
        Files.move(part, folder.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
    }

    private void fetch(Path part) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        try {
            for (int attempt = 1; !isComplete(client, part, attempt == ATTEMPTS); attempt++) {
                Thread.onSpinWait();
            }
        } finally {
            listener.onDownloaded();
        }
    }

    /** One request; whether everything is here after it. A connection that breaks is an error only the last time. */
    private boolean isComplete(HttpClient client, Path part, boolean last) throws IOException {
        long here = Files.exists(part) ? Files.size(part) : 0;
        HttpRequest.Builder request = HttpRequest.newBuilder(file.source()).timeout(patience);
        if (here > 0) {
            request.header("Range", "bytes=" + here + "-");
        }
        HttpResponse<InputStream> response = send(client, request.build());
        try (InputStream body = response.body()) {
            int status = response.statusCode();
            if (status == NO_SUCH_RANGE && here > 0) {
                // Either all of it is here, which its checksum tells, or what is here is of no use.
                if (file.checksum().of(part).equals(file.checksum().hex())) {
                    return true;
                }
                Files.delete(part);
                return false;
            }
            if (status != OK && status != PARTIAL) {
                throw new IOException("got the status " + status);
            }
            boolean rest = status == PARTIAL
                    && response.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + here + "-");
            if (status == PARTIAL && !rest) {
                throw new IOException("got another range than the one asked for");
            }
            long before = rest ? here : 0;
            long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
            listener.onDownload(file.name(), length < 0 ? -1 : before + length);
            try {
                append(body, part, before);
                return true;
            } catch (IOException broken) {
                if (last) {
                    throw new IOException(
                            "lost the connection after " + Files.size(part)
                                    + " bytes, which are kept for the next attempt",
                            broken);
                }
                return false;
            }
        }
    }

    private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("was interrupted");
        }
    }

    private void append(InputStream body, Path part, long before) throws IOException {
        try (FileChannel to = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                StallGuard guard = new StallGuard(body, patience)) {
            to.truncate(before).position(before);
            byte[] chunk = new byte[1 << 16];
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count);
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                guard.moved();
                listener.onProgress(to.position());
            }
            to.force(true);
        }
    }
}
