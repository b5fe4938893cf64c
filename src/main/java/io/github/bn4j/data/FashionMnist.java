package io.github.bn4j.data;

import io.github.bn4j.data.internal.download.Checksum;
import io.github.bn4j.data.internal.download.DataFolders;
import io.github.bn4j.data.internal.download.NamedFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * Fashion-MNIST (H. Xiao, K. Rasul and R. Vollgraf 2017, arXiv 1708.07747, MIT licence): 60,000 images of clothes to learn
 * from and 10,000 to judge by, in 10 classes.
 *
 * <p>Features {@code [examples, 1, 28, 28]} from 0 to 1, labels {@code [examples]} from 0 to 9, with class names. The files
 * are looked for as {@link #load()} says.
 */
public final class FashionMnist {

    private static final String FROM =
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/";

    // SHA-256 of the files whose MD5 the authors publish.
    static final NamedFiles FILES = new NamedFiles(
            "FashionMnist",
            "fashion-mnist",
            MnistFiles.of(
                    FROM,
                    Checksum.sha256("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                    Checksum.sha256("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                    Checksum.sha256("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                    Checksum.sha256("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
            ", or install the Debian package dataset-fashion-mnist");

    private static final List<String> CLASSES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private FashionMnist() {}

    /**
     * Looks for the files in the folder {@code fashion-mnist} of the folder that the system property {@code bn4j.data} or
     * else the environment variable {@code BN4J_DATA} names, in the user's cache ({@code ~/.cache/bn4j} on
     * Linux), and where Debian's package {@code dataset-fashion-mnist} puts them; else downloads 30 MB, once, into
     * the cache.
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
