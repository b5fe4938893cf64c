package io.github.bn4j.data;

import io.github.bn4j.data.internal.download.Checksum;
import io.github.bn4j.data.internal.download.DataFolders;
import io.github.bn4j.data.internal.download.NamedFiles;
import io.github.bn4j.data.internal.download.RemoteFile;
import io.github.bn4j.data.internal.file.Memory;
import io.github.bn4j.data.internal.file.ReadableFile;
import io.github.bn4j.data.internal.file.Tar;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * CIFAR-10 (A. Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images, section 3.1): 50,000 colour images to
 * learn from and 10,000 to judge by, in 10 classes.
 *
 * <p>Features {@code [examples, 3, 32, 32]} from 0 to 1, red, green and blue, labels {@code [examples]} from 0 to 9, with
 * class names. In memory it takes 740 MB. The files are looked for as {@link #load()} says.
 */
public final class Cifar10 {

    private static final int BATCH = 10_000;
    private static final int EXAMPLE = 1 + 3 * 32 * 32;
    private static final String WHO = "Cifar10";
    private static final List<String> NAMES = List.of(
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin");

    // MD5 is all that is published for it.
    static final NamedFiles FILES = new NamedFiles(
            WHO,
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
     * Looks for {@code cifar-10-binary.tar.gz}, or the six files of it, in the folder {@code cifar-10} of the folder that the system property {@code bn4j.data} or else the
     * environment variable {@code BN4J_DATA} names, and in the user's cache ({@code ~/.cache/bn4j} on
     * Linux); else downloads 170 MB, once, into the cache.
     *
     * @throws DataException if the file cannot be had, or is damaged
     */
    public static Split load() {
        return load(new DownloadListener() {});
    }

    /** Loads the data as {@link #load()} does, telling {@code listener} about a download. */
    public static Split load(DownloadListener listener) {
        return load(DataFolders.ofSystem(), listener);
    }

    static Split load(DataFolders folders, DownloadListener listener) {
        for (Path candidate : folders.candidates(FILES.folder())) {
            if (FILES.isIn(candidate)) {
                break;
            }
            if (unpacked(candidate).isPresent()) {
                return load(candidate);
            }
        }
        return read(FILES.find(folders, listener).get(0), BATCH);
    }

    /**
     * Loads the data from {@code folder}: from {@code cifar-10-binary.tar.gz} or {@code .tar}, or from the six files of it, such
     * as {@code data_batch_1.bin}, in the folder itself or in {@code cifar-10-batches-bin}.
     *
     * @throws DataException if the files are not there, or are damaged
     */
    public static Split load(Path folder) {
        Optional<Path> unpacked = unpacked(folder);
        if (unpacked.isPresent()) {
            return readUnpacked(unpacked.get(), BATCH);
        }
        DataException.check(
                FILES.isIn(folder)
                        || Stream.of("cifar-10-python.tar.gz", "data_batch_1", "cifar-10-batches-py")
                                .noneMatch(name -> Files.exists(folder.resolve(name))),
                "Cifar10 expects the binary version of CIFAR-10 in \"%s\" but got the one for Python; put"
                        + " cifar-10-binary.tar.gz there",
                folder);
        return read(FILES.in(folder).get(0), BATCH);
    }

    /** The folder that has one of the six files. */
    private static Optional<Path> unpacked(Path folder) {
        return Stream.of(folder, folder.resolve("cifar-10-batches-bin"))
                .filter(each -> NAMES.stream().anyMatch(name -> Files.exists(each.resolve(name))))
                .findFirst();
    }

    /**
     * Reads the six files.
     *
     * @param batch number of examples in each
     */
    static Split readUnpacked(Path folder, int batch) {
        Map<String, ReadableFile> sources = new LinkedHashMap<>();
        NAMES.forEach(name -> sources.put(name, new ReadableFile(WHO, folder.resolve(name))));
        sources.forEach((name, source) -> {
            source.requireFile();
            requireSize(name, source.size(), batch, source.file());
        });
        Examples examples = new Examples(folder, batch);
        sources.forEach((name, source) -> source.read(stream -> {
            examples.read(name, count -> {
                byte[] bytes = stream.readNBytes(count);
                if (bytes.length < count) {
                    throw new EOFException("a file that ends early");
                }
                return bytes;
            });
            return name;
        }));
        return examples.split();
    }

    /**
     * Reads the archive.
     *
     * @param batch number of examples in each of its six files
     */
    static Split read(Path archive, int batch) {
        ReadableFile source = new ReadableFile(WHO, archive);
        return source.read(stream -> {
            source.requireRoomFor((long) NAMES.size() * batch * EXAMPLE, "six files of " + batch + " examples each");
            Examples examples = new Examples(archive, batch);
            Tar tar = new Tar(stream, archive);
            Set<String> found = new TreeSet<>();
            for (Tar.Entry entry = tar.next(); entry != null; entry = tar.next()) {
                String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
                if (NAMES.contains(name)) {
                    requireSize(entry.name(), entry.size(), batch, archive);
                    examples.read(name, tar::read);
                    found.add(name);
                }
            }
            // The checksum of what is packed stands at its very end.
            stream.transferTo(OutputStream.nullOutputStream());
            DataException.check(
                    found.size() == NAMES.size(),
                    "Cifar10 expects the files %s in \"%s\" but got %s; get the file again",
                    NAMES,
                    archive,
                    found.isEmpty() ? "none of them" : "only " + found);
            return examples.split();
        });
    }

    private static void requireSize(String name, long size, int batch, Path file) {
        DataException.check(
                size == (long) batch * EXAMPLE,
                "Cifar10 expects %s bytes for %s in \"%s\" but got %s; get the file again",
                (long) batch * EXAMPLE,
                name,
                file,
                size);
    }

    /** Hands out the next bytes of a file. */
    @FunctionalInterface
    private interface Content {
        byte[] next(int count) throws IOException;
    }

    /** Examples on their way from files to data sets, in arrays of six times {@code batch} of them. */
    private record Examples(Path file, int batch, List<INDArray> features, List<INDArray> labels) {

        Examples(Path file, int batch) {
            this(
                    file,
                    batch,
                    List.of(
                            Memory.array(WHO, DataType.FLOAT, 5L * batch, 3, 32, 32),
                            Memory.array(WHO, DataType.FLOAT, batch, 3, 32, 32)),
                    List.of(Tensors.zeros(DataType.FLOAT, 5L * batch), Tensors.zeros(DataType.FLOAT, batch)));
        }

        /** One byte of label and 3,072 of pixels for each example, red rows first. */
        void read(String name, Content content) throws IOException {
            int part = NAMES.indexOf(name);
            int set = part < 5 ? 0 : 1;
            int from = part < 5 ? part * batch : 0;
            FloatBuffer pixels = HostMemory.floats(features.get(set));
            FloatBuffer numbers = HostMemory.floats(labels.get(set));
            for (int row = from; row < from + batch; row++) {
                byte[] example = content.next(EXAMPLE);
                int label = Byte.toUnsignedInt(example[0]);
                DataException.check(
                        label < CLASSES.size(),
                        "Cifar10 expects labels from 0 to %s in %s of \"%s\" but got %s at position %s; get the file"
                                + " again",
                        CLASSES.size() - 1,
                        name,
                        file,
                        label,
                        row - from);
                numbers.put(row, label);
                for (int i = 1; i < EXAMPLE; i++) {
                    pixels.put(row * (EXAMPLE - 1) + i - 1, Byte.toUnsignedInt(example[i]) / 255f);
                }
            }
            HostMemory.put(pixels, features.get(set));
            HostMemory.put(numbers, labels.get(set));
        }

        Split split() {
            return new Split(dataset(0), dataset(1));
        }

        private Dataset dataset(int set) {
            return Dataset.of(features.get(set), labels.get(set)).classNames(CLASSES);
        }
    }
}
