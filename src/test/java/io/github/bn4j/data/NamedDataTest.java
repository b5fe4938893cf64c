package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bn4j.data.internal.download.Checksum;
import io.github.bn4j.data.internal.download.DataFolders;
import io.github.bn4j.data.internal.download.NamedFiles;
import io.github.bn4j.data.internal.download.RemoteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where named data sets are looked for, on a computer whose folders are all in one temporary folder. */
class NamedDataTest {

    private static final byte[] FEW = {0, 1};
    private static final byte[] MORE = {2, 3, 9};

    @TempDir
    private Path folder;

    private DataFolders folders(String property, String variable) {
        Map<String, String> properties = Map.of("bn4j.data", property, "user.home", folder.toString());
        return DataFolders.of(
                name -> properties.getOrDefault(name, ""), name -> name.equals("BN4J_DATA") ? variable : "");
    }

    @Test
    void loadsPackedAndUnpackedFilesFromAFolder() throws IOException {
        for (String ending : new String[] {".gz", ""}) {
            Path here = folder.resolve("here" + ending);
            IdxFile.writeMnist(here, ending, MORE, FEW);
            Split mnist = Mnist.load(here);
            Split fashion = FashionMnist.load(here);

            assertThat(mnist.train().features().shape()).containsExactly(3, 1, 2, 2);
            assertThat(mnist.train().labels().data().asFloat()).containsExactly(2, 3, 9);
            assertThat(mnist.test().labels().data().asFloat()).containsExactly(0, 1);
            assertThat(mnist.train().classNames()).hasSize(10).startsWith("0", "1");
            assertThat(fashion.test().classNames()).hasSize(10).startsWith("T-shirt/top", "Trouser");
            assertThat(fashion.test().classes()).isEqualTo(10);
            assertThat(fashion.test().classCounts()).containsEntry("Trouser", 1).containsEntry("Bag", 0);
        }
    }

    @Test
    void namesTheFilesThatAreMissing() throws IOException {
        IdxFile.writeMnist(folder, ".gz", MORE, FEW);
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte.gz"));
        assertThatThrownBy(() -> FashionMnist.load(folder))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "FashionMnist expects the files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz,"
                                + " t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz in \"%s\" but got none named"
                                + " t10k-labels-idx1-ubyte.gz; put them there, packed or unpacked",
                        folder);
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> FashionMnist.load(none))
                .hasMessage("FashionMnist expects a folder at \"%s\" but got none; check the path", none);
    }

    @Test
    void refusesLabelsThatAreNoClasses() throws IOException {
        IdxFile.writeMnist(folder, "", MORE, new byte[] {9, 10});
        assertThatThrownBy(() -> FashionMnist.load(folder))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Idx expects labels from 0 to 9 in \"%s\" but got 10 at position 1; get the file again",
                        folder.resolve("t10k-labels-idx1-ubyte"));
    }

    @Test
    void looksInTheUsersFolderThenInTheCacheThenWherePackagesInstall() throws IOException {
        Path property = folder.resolve("property");
        Path variable = folder.resolve("variable");
        DataFolders both = folders(property.toString(), variable.toString());
        assertThat(both.candidates("mnist"))
                .containsExactly(
                        property.resolve("mnist"),
                        folder.resolve(".cache/bn4j/mnist"),
                        Path.of("/usr/share/datasets/mnist"));
        assertThat(folders("", variable.toString()).candidates("mnist")).first().isEqualTo(variable.resolve("mnist"));
        assertThat(folders("", "").candidates("mnist")).hasSize(2);

        IdxFile.writeMnist(folder.resolve(".cache/bn4j/mnist"), ".gz", FEW, FEW);
        assertThat(Mnist.FILES.find(both, new DownloadListener() {}))
                .first()
                .isEqualTo(folder.resolve(".cache/bn4j/mnist/train-images-idx3-ubyte.gz"));
        IdxFile.writeMnist(property.resolve("mnist"), "", FEW, FEW);
        assertThat(Mnist.FILES.find(both, new DownloadListener() {}))
                .first()
                .isEqualTo(property.resolve("mnist/train-images-idx3-ubyte"));
    }

    @Test
    void followsTheVariableForCachesIfItIsAnAbsolutePath() {
        Path caches = folder.resolve("caches").toAbsolutePath();
        assertThat(DataFolders.of(name -> "", name -> name.equals("XDG_CACHE_HOME") ? caches.toString() : "")
                        .cache())
                .contains(caches.resolve("bn4j"));
        assertThat(DataFolders.of(
                                name -> name.equals("user.home") ? folder.toString() : "",
                                name -> name.equals("XDG_CACHE_HOME") ? "caches" : "")
                        .cache())
                .contains(folder.resolve(".cache").resolve("bn4j"));
    }

    /** What Java calls the home of a user that the system does not know. */
    @Test
    void makesNoFolderNamedLikeAHomeThatIsUnknown() {
        UnaryOperator<String> unknown = name -> name.equals("user.home") ? "?" : "";
        assertThat(DataFolders.of(unknown, name -> name.equals("HOME") ? folder.toString() : "")
                        .cache())
                .contains(folder.resolve(".cache").resolve("bn4j"));
        DataFolders homeless = DataFolders.of(unknown, name -> "");
        assertThat(homeless.cache()).isEmpty();
        assertThat(homeless.candidates("mnist")).containsExactly(Path.of("/usr/share/datasets/mnist"));
        NamedFiles nowhere = new NamedFiles(
                "Set", "no-such-set", List.of(RemoteFile.of("https://localhost/", "a.gz", Checksum.md5("0"))), "");
        assertThatThrownBy(() -> nowhere.find(homeless, new DownloadListener() {}))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "Set expects a.gz in \"/usr/share/datasets/no-such-set\", or a home of this user to download"
                                + " them to, but got neither; name a folder by the system property bn4j.data, or by the"
                                + " environment variable XDG_CACHE_HOME");
    }

    /** Kaggle's archive of MNIST has folders named like the files in them, 7-Zip takes the names inside of the packed files. */
    @Test
    void findsFilesUnderTheNamesThatOthersGiveThem() throws IOException {
        Path kaggle = folder.resolve("kaggle");
        IdxFile.writeMnist(kaggle, "", MORE, FEW);
        for (String name : List.of(
                "train-images-idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte")) {
            Path file = Files.move(kaggle.resolve(name), kaggle.resolve("file"));
            Files.createDirectory(kaggle.resolve(name));
            Files.move(file, kaggle.resolve(name).resolve(name));
        }
        assertThat(Mnist.load(kaggle).train().labels().data().asFloat()).containsExactly(2, 3, 9);

        for (String ending : List.of("", ".gz")) {
            Path points = folder.resolve("points" + ending);
            IdxFile.writeMnist(points, ending, MORE, FEW);
            for (Path file : files(points)) {
                Files.move(file, points.resolve(file.getFileName().toString().replace("-idx", ".idx")));
            }
            assertThat(FashionMnist.load(points).test().labels().data().asFloat())
                    .containsExactly(0, 1);
        }

        Path extracted = folder.resolve("extracted");
        IdxFile.writeMnist(extracted, "", MORE, FEW);
        for (Path file : files(extracted)) {
            Path moved = Files.move(file, extracted.resolve("file"));
            Files.createDirectory(file);
            Files.move(moved, file.resolve(file.getFileName().toString().replace("-idx", ".idx")));
        }
        assertThat(Mnist.load(extracted).test().labels().data().asFloat()).containsExactly(0, 1);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(Files::isRegularFile).toList();
        }
    }

    /** The files of Debian's package dataset-fashion-mnist, where it is installed. */
    @Test
    void readsTheRealFilesWhereDebianInstallsThem() {
        assumeTrue(Files.isDirectory(Path.of("/usr/share/datasets/fashion-mnist")), "package not installed");
        Dataset test = MnistFiles.load(
                        FashionMnist.FILES.in(Path.of("/usr/share/datasets/fashion-mnist")),
                        FashionMnist.load().test().classNames())
                .test();

        assertThat(test.features().shape()).containsExactly(10_000, 1, 28, 28);
        assertThat(test.classCounts().values()).hasSize(10).containsOnly(1000);
        assertThat(test.features().maxNumber().doubleValue()).isEqualTo(1);
        assertThat(test.features().minNumber().doubleValue()).isEqualTo(0);
    }
}
