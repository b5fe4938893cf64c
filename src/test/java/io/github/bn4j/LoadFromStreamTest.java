package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.checkpoint.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFromStreamTest {

    private static final float[] EXAMPLE = {0.5f, -1, 2};

    private final Network net =
            Network.input(3).dense(8).batchNorm1d().relu().dense(2).build(5).classNames(List.of("no", "yes"));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void save() throws IOException {
        Files.createDirectories(folder.resolve("models"));
        file = folder.resolve("models/net.safetensors");
        net.save(file);
    }

    @Test
    void readsWhatItReadsFromAFile() throws IOException {
        boolean[] closed = new boolean[1];
        Network read;
        try (InputStream stream = new FilterInputStream(new FileInputStream(file.toFile())) {
            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                // As a socket gives few bytes at a time.
                return super.read(bytes, from, Math.min(length, 7));
            }

            @Override
            public void close() throws IOException {
                closed[0] = true;
                super.close();
            }
        }) {
            read = Network.load(stream);
            assertThat(closed[0]).isFalse();
        }

        assertThat(read.predict(EXAMPLE)).isEqualTo(net.predict(EXAMPLE));
        assertThat(read.classNames()).containsExactly("no", "yes");
        assertThat(read.explainBias()).hasToString(net.explainBias().toString());
    }

    @Test
    void readsFromTheClassPathOfTheThread() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);

            assertThat(Network.loadResource("models/net.safetensors").predict(EXAMPLE))
                    .isEqualTo(net.predict(EXAMPLE));
            assertThat(Network.loadResource("/models/net.safetensors").classify(EXAMPLE))
                    .isEqualTo(net.classify(EXAMPLE));
            Files.writeString(folder.resolve("models/other"), "nothing that is a network");
            assertThatThrownBy(() -> Network.loadResource("models/other"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("Network.load expects a header of 2 to ")
                    .hasMessageContaining(" bytes in resource \"models/other\" but got ");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void saysWhichResourceIsMissing() {
        assertThatThrownBy(() -> Network.loadResource("models/none.safetensors"))
                .isInstanceOf(CheckpointException.class)
                .hasMessage("Network.loadResource expects a resource on the class path but got"
                        + " \"models/none.safetensors\"; check its name, from the root of the class path, and that the jar has"
                        + " it");
        assertThatThrownBy(() -> Network.load(LoadFromStreamTest.class.getResourceAsStream("/none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Network.load expects a stream of the bytes of a file; if it is a resource, check its name, but"
                                + " got null");
    }

    @Test
    void refusesAStreamThatEndsTooSoon() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 9, 100, bytes.length - 1}) {
            assertThatThrownBy(() -> Network.load(new ByteArrayInputStream(bytes, 0, length)))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(" in a stream but got ");
        }
    }

    @Test
    void saysThatReadingFailed() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };

        assertThatThrownBy(() -> Network.load(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(
                        "Network.load expects to read a stream but got java.io.IOException: connection reset; check it");
    }
}
