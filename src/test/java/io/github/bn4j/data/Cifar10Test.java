package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Archives laid out like the real one, with two examples in each file instead of 10,000. */
class Cifar10Test {

    private static final int PIXELS = 3072;

    @TempDir
    private Path folder;

    private Path archive;
    private ByteArrayOutputStream tar;

    @BeforeEach
    void begin() {
        archive = folder.resolve("cifar-10-binary.tar.gz");
        tar = new ByteArrayOutputStream();
    }

    private void add(String name, byte... content) {
        byte[] header = new byte[512];
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, 0, text.length);
        byte[] size = String.format("%011o", content.length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, 124, size.length);
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
    }

    /** Two examples: the first with label and pixels {@code first}, the second with label 9 and pixels that count. */
    private static byte[] batch(int first) {
        byte[] bytes = new byte[2 * (1 + PIXELS)];
        Arrays.fill(bytes, 0, 1 + PIXELS, (byte) first);
        bytes[1 + PIXELS] = 9;
        for (int i = 0; i < PIXELS; i++) {
            bytes[2 + PIXELS + i] = (byte) i;
        }
        return bytes;
    }

    private void write() throws IOException {
        tar.writeBytes(new byte[1024]);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            tar.writeTo(out);
        }
    }

    private void addAll() {
        add("cifar-10-batches-bin/");
        for (int i = 5; i >= 1; i--) {
            add("cifar-10-batches-bin/data_batch_" + i + ".bin", batch(i));
        }
        add("cifar-10-batches-bin/readme.html", (byte) 'x');
        add("cifar-10-batches-bin/test_batch.bin", batch(8));
    }

    @Test
    void readsColoursInTheOrderOfTheBatches() throws IOException {
        addAll();
        write();
        Split cifar = Cifar10.read(archive, 2);

        assertThat(cifar.train().features().shape()).containsExactly(10, 3, 32, 32);
        assertThat(cifar.train().labels().data().asFloat()).containsExactly(1, 9, 2, 9, 3, 9, 4, 9, 5, 9);
        assertThat(cifar.test().labels().data().asFloat()).containsExactly(8, 9);
        assertThat(cifar.test().classNames()).hasSize(10).startsWith("airplane").endsWith("truck");
        assertThat(cifar.train().features().getFloat(4, 1, 7, 7)).isEqualTo(3 / 255f);
        float[] counting = cifar.test()
                .features()
                .get(NDArrayIndex.point(1), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all())
                .dup('c')
                .data()
                .asFloat();
        for (int i = 0; i < PIXELS; i++) {
            assertThat(counting[i]).isEqualTo(i % 256 / 255f);
        }
    }

    @Test
    void refusesFilesOfAnotherSize() throws IOException {
        addAll();
        write();
        assertThatThrownBy(() -> Cifar10.load(folder))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Cifar10 expects 30730000 bytes for cifar-10-batches-bin/data_batch_5.bin in \"%s\" but got 6146;"
                                + " get the file again",
                        archive);
    }

    @Test
    void refusesLabelsThatAreNoClasses() throws IOException {
        add("data_batch_1.bin", batch(10));
        write();
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .hasMessage(
                        "Cifar10 expects labels from 0 to 9 in data_batch_1.bin of \"%s\" but got 10 at position 0; get the"
                                + " file again",
                        archive);
    }

    @Test
    void refusesArchivesWithoutAllBatches() throws IOException {
        add("test_batch.bin", batch(1));
        write();
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .hasMessage(
                        "Cifar10 expects data_batch_1.bin to data_batch_5.bin and test_batch.bin in \"%s\" but got 1 of"
                                + " them; get the file again",
                        archive);
    }

    @Test
    void refusesWhatIsNoArchive() throws IOException {
        Files.writeString(archive, "no archive".repeat(100));
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .hasMessage(
                        "Tar expects a header with a size of at most 268435456 bytes in \"%s\" but got \"rchiveno arc\";"
                                + " check that it is a .tar.gz file",
                        archive);
    }

    @Test
    void refusesArchivesThatEndEarly() throws IOException {
        addAll();
        byte[] whole = tar.toByteArray();
        for (int length : new int[] {100, 1000}) {
            Files.write(archive, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Cifar10.read(archive, 2))
                    .hasMessage(
                            "Cifar10 expects to read \"%s\" but got java.io.EOFException: an archive that ends in a"
                                    + " header; get the file again",
                            archive);
        }
        Files.write(archive, Arrays.copyOf(whole, 1100));
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .hasMessage(
                        "Cifar10 expects to read \"%s\" but got java.io.EOFException: an archive that ends in"
                                + " cifar-10-batches-bin/data_batch_5.bin; get the file again",
                        archive);
    }
}
