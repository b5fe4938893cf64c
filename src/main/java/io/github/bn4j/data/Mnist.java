package io.github.bn4j.data;

import io.github.bn4j.data.internal.download.Checksum;
import io.github.bn4j.data.internal.download.DataFolders;
import io.github.bn4j.data.internal.download.NamedFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * MNIST (Y. LeCun, C. Cortes and C. Burges 1998, http://yann.lecun.com/exdb/mnist): 60,000 images of handwritten digits to
 * learn from and 10,000 to judge by.
 *
 * <p>Features {@code [examples, 1, 28, 28]} from 0 to 1, labels {@code [examples]} from 0 to 9. The files are looked for as
 * {@link #load()} says.
 */
public final class Mnist {

    // MD5 is all that is published for them.
    static final NamedFiles FILES = new NamedFiles(
            "Mnist",
            "mnist",
            MnistFiles.of(
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    Checksum.md5("f68b3c2dcbeaaa9fbdd348bbdeb94873"),
                    Checksum.md5("d53e105ee54ea40749a09fcbcd1e9432"),
                    Checksum.md5("9fb629c4189551a2d022fa330f9573f3"),
                    Checksum.md5("ec29112dd5afa0611ce80d1b7f02629c")),
            "");

    private static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

    private Mnist() {}

    /**
     * Looks for the files in the folder {@code mnist} of the folder that the system property {@code bn4j.data} or else the
     * environment variable {@code BN4J_DATA} names, and in the user's cache ({@code ~/.cache/bn4j} on
     * Linux); else downloads 12 MB, once, into the cache.
     *
     * @throws DataException if the files cannot be had, or are damaged
     */
    public static Split load() {
        return load(new DownloadListener() {});
    }

    /** Finds or downloads the images as {@link #load()} does, and tells {@code listener} about a download. */
    public static Split load(DownloadListener listener) {
        return MnistFiles.load(FILES.find(DataFolders.ofSystem(), listener), CLASSES);
    }

    /** Reads the four files in {@code folder}, packed or unpacked, and looks nowhere else. */
    public static Split load(Path folder) {
        return MnistFiles.load(FILES.in(folder), CLASSES);
    }
}
