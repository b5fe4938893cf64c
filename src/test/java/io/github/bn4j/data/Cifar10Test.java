package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.internal.download.DataFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
        header(name, content.length);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
    }

    private void header(String name, long length) {
        byte[] header = new byte[512];
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, 0, text.length);
        byte[] size = String.format("%011o", length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(size, 0, header, 124, size.length);
        int sum = 8 * ' ';
        for (byte each : header) {
            sum += each;
        }
        byte[] check = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(check, 0, header, 148, check.length);
        tar.writeBytes(header);
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

    /** A program that unpacks the archive leaves its folder, or its files. */
    @Test
    void readsUnpackedFiles() throws IOException {
        addAll();
        write();
        Split packed = Cifar10.read(archive, 2);
        Path bins = Files.createDirectory(folder.resolve("bins"));
        for (int i = 1; i <= 5; i++) {
            Files.write(bins.resolve("data_batch_" + i + ".bin"), batch(i));
        }
        Files.write(bins.resolve("test_batch.bin"), batch(8));
        Split unpacked = Cifar10.readUnpacked(bins, 2);

        assertThat(unpacked.train().features()).isEqualTo(packed.train().features());
        assertThat(unpacked.train().labels()).isEqualTo(packed.train().labels());
        assertThat(unpacked.test().features()).isEqualTo(packed.test().features());
        assertThat(unpacked.test().classNames()).isEqualTo(packed.test().classNames());
    }

    /** In the folder itself and in one of the archive's name, which is seen from the files' size being looked at. */
    @Test
    void findsUnpackedFilesBeforeTheArchive() throws IOException {
        Path below = Files.createDirectories(folder.resolve("below/cifar-10-batches-bin"));
        for (Path bins : new Path[] {below, folder}) {
            Files.write(bins.resolve("data_batch_1.bin"), batch(1));
            Path asked = bins.equals(below) ? below.getParent() : folder;
            assertThatThrownBy(() -> Cifar10.load(asked))
                    .isInstanceOf(DataException.class)
                    .hasMessage(
                            "Cifar10 expects 30730000 bytes for data_batch_1.bin in \"%s\" but got 6146; get the file again",
                            bins.resolve("data_batch_1.bin"));
        }
        assertThatThrownBy(() -> Cifar10.readUnpacked(below, 2))
                .hasMessage(
                        "Cifar10 expects a file at \"%s\" but got nothing there; check the path",
                        below.resolve("data_batch_2.bin"));
        DataFolders folders =
                new DataFolders(List.of(folder.resolve("own")), Optional.empty(), folder.resolve("installed"));
        Path own = Files.createDirectories(folder.resolve("own/cifar-10"));
        Files.write(own.resolve("test_batch.bin"), batch(1));
        assertThatThrownBy(() -> Cifar10.load(folders, new DownloadListener() {}))
                .hasMessage(
                        "Cifar10 expects a file at \"%s\" but got nothing there; check the path",
                        own.resolve("data_batch_1.bin"));
    }

    @Test
    void tellsTheVersionForPythonFromTheBinaryOne() throws IOException {
        Files.write(folder.resolve("cifar-10-python.tar.gz"), new byte[10]);
        assertThatThrownBy(() -> Cifar10.load(folder))
                .hasMessage(
                        "Cifar10 expects the binary version of CIFAR-10 in \"%s\" but got the one for Python; put"
                                + " cifar-10-binary.tar.gz there",
                        folder);
    }

    @Test
    void refusesFilesOfAnotherSize() throws IOException {
        addAll();
        write();
        assertThatThrownBy(() -> Cifar10.read(archive, 1))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Cifar10 expects 3073 bytes for cifar-10-batches-bin/data_batch_5.bin in \"%s\" but got 6146; get"
                                + " the file again",
                        archive);
    }

    /** Before the 740 MB for the examples are taken. */
    @Test
    void refusesArchivesThatCannotHoldTheExamples() throws IOException {
        Files.write(archive, new byte[10]);
        assertThatThrownBy(() -> Cifar10.load(folder))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Cifar10 expects 184380000 bytes for six files of 10000 examples each in \"%s\" but got a file of"
                                + " 10 bytes; get the file again",
                        archive);
        addAll();
        write();
        assertThatThrownBy(() -> Cifar10.load(folder))
                .hasMessage(
                        "Cifar10 expects 184380000 bytes for six files of 10000 examples each in \"%s\" but got a file of %s"
                                + " bytes, which cannot unpack to so many; get the file again",
                        archive, Files.size(archive));
    }

    /** A quarter of a gigabyte of zeros, packed into 261 kB. */
    @Test
    void skipsLargeFilesWithoutTakingMemoryForThem() throws IOException {
        addAll();
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            tar.writeTo(out);
            tar.reset();
            header("large", 1L << 28);
            tar.writeTo(out);
            for (int i = 0; i < 1 << 8; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        assertThat(Cifar10.read(archive, 2).train().size()).isEqualTo(10);
    }

    @Test
    void looksAtTheChecksumBehindTheArchive() throws IOException {
        addAll();
        write();
        byte[] packed = Files.readAllBytes(archive);
        packed[packed.length - 8] ^= 1;
        Files.write(archive, packed);
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Cifar10 expects to read \"%s\" but got java.util.zip.ZipException: Corrupt GZIP trailer; get the file"
                                + " again",
                        archive);
    }

    @Test
    void countsNoFileTwice() throws IOException {
        for (int i : new int[] {1, 2, 3, 3, 4}) {
            add("data_batch_" + i + ".bin", batch(i));
        }
        add("test_batch.bin", batch(1));
        write();
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .hasMessage(
                        "Cifar10 expects the files [data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin,"
                                + " data_batch_5.bin, test_batch.bin] in \"%s\" but got only [data_batch_1.bin,"
                                + " data_batch_2.bin, data_batch_3.bin, data_batch_4.bin, test_batch.bin]; get the file"
                                + " again",
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
                        "Cifar10 expects the files [data_batch_1.bin, data_batch_2.bin, data_batch_3.bin, data_batch_4.bin,"
                                + " data_batch_5.bin, test_batch.bin] in \"%s\" but got only [test_batch.bin]; get the file"
                                + " again",
                        archive);
    }

    @Test
    void refusesWhatIsNoArchive() throws IOException {
        Files.writeString(archive, "no archive".repeat(10_000));
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .hasMessage(
                        "Tar expects a header with a checksum in \"%s\" but got other bytes; check that it is a .tar.gz"
                                + " file",
                        archive);
    }

    @Test
    void refusesArchivesThatEndEarly() throws IOException {
        addAll();
        byte[] whole = tar.toByteArray();
        for (int length : new int[] {100, 1000}) {
            IdxFile.write(archive, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Cifar10.read(archive, 2))
                    .hasMessage(
                            "Cifar10 expects to read \"%s\" but got java.io.EOFException: an archive that ends in a"
                                    + " header; get the file again",
                            archive);
        }
        IdxFile.write(archive, Arrays.copyOf(whole, 1100));
        assertThatThrownBy(() -> Cifar10.read(archive, 2))
                .hasMessage(
                        "Cifar10 expects to read \"%s\" but got java.io.EOFException: an archive that ends in"
                                + " cifar-10-batches-bin/data_batch_5.bin; get the file again",
                        archive);
    }
}
