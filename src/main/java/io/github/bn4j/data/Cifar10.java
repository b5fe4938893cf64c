package io.github.bn4j.data;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * CIFAR-10 (A. Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, section 3.1): 50,000 colour images to
 * learn from and 10,000 to judge by, in 10 classes.
 *
 * <p>Features {@code [examples, 3, 32, 32]} from 0 to 1, red, green and blue, labels {@code [examples]} from 0 to 9, with
 * class names. In memory it takes 740 MB. The file, {@code cifar-10-binary.tar.gz}, is looked for as {@link #load()} says.
 */
public final class Cifar10 {

    private static final int BATCH = 10_000;
    private static final int BATCHES = 6;
    private static final int PIXELS = 3 * 32 * 32;

    // MD5 is all that is published for it.
    static final NamedFiles FILES = new NamedFiles(
            "Cifar10",
            "cifar-10",
            List.of(new RemoteFile(
                    "cifar-10-binary.tar.gz",
                    URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                    Checksum.md5("c32a1d4ab5d03f1284b67883e8d87530"))),
            "");

    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private Cifar10() {}

    /**
     * Looks for the file in the folder {@code cifar-10} of the folder that the system property {@code bn4j.data} or else the
     * environment variable {@code BN4J_DATA} names, and in the cache {@code bn4j} ({@code $XDG_CACHE_HOME} or
     * {@code ~/.cache}); else downloads 170 MB, once, into the cache.
     *
     * @throws DataException if the file cannot be had, or is damaged
     */
    public static Split load() {
        return load(new DownloadListener() {});
    }

    /** The same, telling {@code listener} about a download. */
    public static Split load(DownloadListener listener) {
        return read(FILES.find(DataFolders.ofSystem(), listener).get(0), BATCH);
    }

    /** The same from the file in {@code folder}. */
    public static Split load(Path folder) {
        return read(FILES.in(folder).get(0), BATCH);
    }

    /**
     * Reads the archive.
     *
     * @param batch number of examples in each of its six files
     */
    static Split read(Path archive, int batch) {
        Arrays train = new Arrays(archive, (BATCHES - 1) * batch);
        Arrays test = new Arrays(archive, batch);
        int found = new Source("Cifar10", archive).read(packed -> {
            Tar tar = new Tar(packed, archive);
            int files = 0;
            for (Tar.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
                if (name.equals("test_batch.bin")) {
                    test.read(entry, 0, batch);
                    files++;
                } else if (name.matches("data_batch_[1-5]\\.bin")) {
                    train.read(entry, (name.charAt(11) - '1') * batch, batch);
                    files++;
                }
            }
            return files;
        });
        DataException.check(
                found == BATCHES,
                "Cifar10 expects data_batch_1.bin to data_batch_5.bin and test_batch.bin in \"%s\" but got %s of them;"
                        + " get the file again",
                archive,
                found);
        return new Split(train.dataset(), test.dataset());
    }

    /** Examples on their way from files to a data set. */
    private record Arrays(Path archive, INDArray features, INDArray labels) {

        Arrays(Path archive, int examples) {
            this(
                    archive,
                    Memory.array("Cifar10", DataType.FLOAT, examples, 3, 32, 32),
                    Tensors.zeros(DataType.FLOAT, examples));
        }

        /** One byte of label and 3,072 of pixels for each example, red rows first. */
        void read(Tar.Entry entry, int from, int examples) throws IOException {
            DataException.check(
                    entry.size() == (long) examples * (1 + PIXELS),
                    "Cifar10 expects %s bytes for %s in \"%s\" but got %s; get the file again",
                    (long) examples * (1 + PIXELS),
                    entry.name(),
                    archive,
                    entry.size());
            FloatBuffer pixels = Floats.of(features);
            FloatBuffer numbers = Floats.of(labels);
            InputStream bytes = entry.bytes();
            for (int row = from; row < from + examples; row++) {
                int label = bytes.read();
                DataException.check(
                        label < CLASSES.size(),
                        "Cifar10 expects labels from 0 to %s in %s of \"%s\" but got %s at position %s; get the file"
                                + " again",
                        CLASSES.size() - 1,
                        entry.name(),
                        archive,
                        label,
                        row - from);
                numbers.put(row, label);
                byte[] image = bytes.readNBytes(PIXELS);
                for (int i = 0; i < PIXELS; i++) {
                    pixels.put(row * PIXELS + i, Byte.toUnsignedInt(image[i]) / 255f);
                }
            }
        }

        Dataset dataset() {
            return Dataset.of(features, labels).classNames(CLASSES);
        }
    }
}
