package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
                .isEqualTo(caches.resolve("bn4j"));
        assertThat(DataFolders.of(
                                name -> name.equals("user.home") ? folder.toString() : "",
                                name -> name.equals("XDG_CACHE_HOME") ? "caches" : "")
                        .cache())
                .isEqualTo(folder.resolve(".cache").resolve("bn4j"));
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
