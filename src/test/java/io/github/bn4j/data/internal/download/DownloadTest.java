package io.github.bn4j.data.internal.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.DownloadListener;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {

    private static final byte[] CONTENT = new byte[300_000];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @TempDir
    private Path folder;

    private FileServer server;
    private final List<String> events = new ArrayList<>();

    private final DownloadListener listener = new DownloadListener() {
        @Override
        public void onDownload(String file, long bytes) {
            events.add(file + " " + bytes);
        }

        @Override
        public void onDownloaded() {
            events.add("end");
        }
    };

    @BeforeEach
    void start() throws IOException {
        server = new FileServer(CONTENT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path file() {
        return cache().resolve("file.bin");
    }

    private Path part() {
        return cache().resolve("file.bin.part");
    }

    private Path cache() {
        return folder.resolve("cache/set");
    }

    private static Checksum checksum(Path folder, byte... content) throws IOException {
        Path copy = Files.write(folder.resolve("copy"), content);
        return Checksum.sha256(Checksum.sha256("").of(copy));
    }

    private NamedFiles files(URI address) throws IOException {
        return new NamedFiles(
                "Set", "set", List.of(new RemoteFile("file.bin", address, checksum(folder, CONTENT))), ", or ask");
    }

    private List<Path> find(URI address) throws IOException {
        return files(address)
                .find(
                        new DataFolders(List.of(), Optional.of(folder.resolve("cache")), folder.resolve("installed")),
                        listener);
    }

    private void refuses(String reason) throws IOException {
        URI address = server.address();
        assertThatThrownBy(() -> find(address))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Set expects file.bin in \"%s\" or \"%s\", or to download them, but got %s: java.io.IOException: %s;"
                                + " put the files into \"%s\", or into a folder \"set\" of a folder that the system property"
                                + " bn4j.data or the environment variable BN4J_DATA names, or ask",
                        cache(), folder.resolve("installed/set"), address, reason, cache());
        assertThat(file()).doesNotExist();
    }

    @Test
    void downloadsOnce() throws IOException {
        assertThat(find(server.address())).containsExactly(file());
        assertThat(find(server.address())).containsExactly(file());

        assertThat(file()).hasBinaryContent(CONTENT);
        assertThat(part()).doesNotExist();
        assertThat(server.requests).containsExactly("");
        assertThat(events).containsExactly("file.bin 300000", "end");
    }

    @Test
    void tellsHowMuchIsHere() throws IOException {
        List<Long> here = new ArrayList<>();
        DownloadListener counter = new DownloadListener() {
            @Override
            public void onProgress(long bytes) {
                here.add(bytes);
            }
        };
        files(server.address()).find(new DataFolders(List.of(), Optional.of(folder.resolve("cache")), folder), counter);

        assertThat(here).isSorted().endsWith(300_000L).hasSizeGreaterThan(2);
    }

    @Test
    void asksForTheRestAfterTheConnectionBroke() throws IOException {
        server.breaks.addAll(List.of(100_000, 50_000));
        find(server.address());

        assertThat(file()).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly("", "bytes=100000-", "bytes=150000-");
    }

    @Test
    void keepsWhatItHasWhenTheConnectionKeepsBreaking() throws IOException {
        server.breaks.addAll(List.of(100_000, 50_000, 1000));
        refuses("lost the connection after 151000 bytes, which are kept for the next attempt");
        find(server.address());

        assertThat(file()).hasBinaryContent(CONTENT);
        assertThat(server.requests).last().isEqualTo("bytes=151000-");
        assertThat(events).endsWith("file.bin 300000", "end");
    }

    @Test
    void asksForTheRestWhenNothingMoreComes() throws IOException {
        server.stalls = true;
        server.breaks.addAll(List.of(100_000, 50_000));
        new Download(
                        new RemoteFile("file.bin", server.address(), checksum(folder, CONTENT)),
                        folder,
                        listener,
                        Duration.ofMillis(300))
                .run();

        assertThat(folder.resolve("file.bin")).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly("", "bytes=100000-", "bytes=150000-");
    }

    @Test
    void beginsAgainWhereTheServerKnowsNoRanges() throws IOException {
        server.knowsRanges = false;
        server.breaks.add(100_000);
        find(server.address());

        assertThat(file()).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly("", "bytes=100000-");
    }

    @Test
    void takesAPartThatIsComplete() throws IOException {
        Files.createDirectories(cache());
        Files.write(part(), CONTENT);
        find(server.address());

        assertThat(file()).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly("bytes=300000-");
    }

    @Test
    void beginsAgainWhenAPartIsOfAnotherFile() throws IOException {
        Files.createDirectories(cache());
        for (int length : new int[] {1000, 300_000, 400_000}) {
            Files.write(part(), new byte[length]);
            find(server.address());

            assertThat(file()).hasBinaryContent(CONTENT);
            Files.delete(file());
        }
    }

    @Test
    void refusesAnotherChecksum() throws IOException {
        server.content = Arrays.copyOf(CONTENT, 1000);
        refuses("got the SHA-256 checksum " + checksum(folder, server.content).hex() + " instead of "
                + checksum(folder, CONTENT).hex());
        assertThat(part()).doesNotExist();
    }

    @Test
    void refusesAnyOtherStatus() throws IOException {
        for (int status : new int[] {404, 403, 500}) {
            server.status = status;
            refuses("got the status " + status);
        }
        assertThat(events).containsExactly("end", "end", "end");
    }

    @Test
    void saysWhereToPutTheFilesWhenThereIsNoServer() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        URI nobody = URI.create("http://127.0.0.1:" + port + "/file.bin");
        assertThatThrownBy(() -> find(nobody))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Set expects file.bin in \"%s\" or \"%s\", or to download them, but got %s:"
                                + " java.net.ConnectException; put the files into \"%s\", or into a folder \"set\" of a"
                                + " folder that the system property bn4j.data or the environment variable BN4J_DATA names,"
                                + " or ask",
                        cache(), folder.resolve("installed/set"), nobody, cache());
    }

    @Test
    void downloadsOnceForSeveralThreads() throws Exception {
        NamedFiles files = files(server.address());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<Path>>> found = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                found.add(threads.submit(() -> files.find(
                        new DataFolders(List.of(), Optional.of(folder.resolve("cache")), folder),
                        new DownloadListener() {})));
            }
            for (Future<List<Path>> each : found) {
                assertThat(each.get()).containsExactly(file());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(server.requests).containsExactly("");
    }

    @Test
    void downloadsOnceForSeveralProcesses() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                            "-cp",
                            classPath,
                            FetchFile.class.getName(),
                            cache().toString(),
                            server.address().toString(),
                            checksum(folder, CONTENT).hex())
                    .inheritIO()
                    .start());
        }
        for (Process process : processes) {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(file()).hasBinaryContent(CONTENT);
        assertThat(server.requests).containsExactly("");
    }
}
