package io.github.bn4j.data.internal.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server on this computer that has one file, and can be told to misbehave. */
final class FileServer implements AutoCloseable {

    /** The {@code Range} header of each request, "" for none. */
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    volatile byte[] content;
    volatile int status = 200;
    volatile boolean knowsRanges = true;
    /** Bytes after which the next responses break off, one each. */
    final List<Integer> breaks = Collections.synchronizedList(new ArrayList<>());
    /** Whether a response that would break off just sends nothing more. */
    volatile boolean stalls;

    private final HttpServer server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    FileServer(byte... content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/file.bin", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/file.bin");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(range == null ? "" : range);
            if (status != 200) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            int from = range == null || !knowsRanges ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
            if (from >= content.length) {
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            byte[] rest = Arrays.copyOfRange(content, from, content.length);
            if (from > 0) {
                exchange.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length);
            int end = breaks.isEmpty() ? rest.length : breaks.remove(0);
            exchange.getResponseBody().write(rest, 0, end);
            exchange.getResponseBody().flush();
            if (stalls && end < rest.length) {
                closing.await();
            } else if (end < rest.length) {
                // What arrives together with the end of a connection may be lost to the client.
                closing.await(200, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
