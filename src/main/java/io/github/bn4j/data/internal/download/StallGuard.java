package io.github.bn4j.data.internal.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Closes a stream that nothing comes from any more, so that whoever waits for it gets an {@link IOException}. Java's HTTP client
 * has a timeout for the start of an answer only.
 */
final class StallGuard implements AutoCloseable {

    private final InputStream stream;
    private final Duration patience;
    private final Thread thread = new Thread(this::watch, "bn4j-download");
    private volatile boolean moved;

    /**
     * Starts to watch.
     *
     * @param patience how long nothing may come; the stream is closed before twice that has passed
     */
    StallGuard(InputStream stream, Duration patience) {
        this.stream = stream;
        this.patience = patience;
        thread.setDaemon(true);
        thread.start();
    }

    /** Says that bytes have come. */
    void moved() {
        moved = true;
    }

    private void watch() {
        try {
            do {
                moved = false;
                Thread.sleep(patience.toMillis());
            } while (moved);
            stream.close();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
