package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.bn4j.Bits;
import io.github.bn4j.ChildProcess;
import io.github.bn4j.data.internal.file.ReadableFile;
import io.github.bn4j.data.internal.image.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir
    private Path folder;

    /** An image whose pixels are {@code rgb} plus their number. */
    private Path image(String name, int type, int height, int width, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int i = 0; i < height * width; i++) {
            if (type == BufferedImage.TYPE_BYTE_GRAY) {
                image.getRaster().setSample(i % width, i / width, 0, rgb + i);
            } else {
                image.setRGB(i % width, i / width, rgb + i | 0xff000000);
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
        return file;
    }

    private void pets() throws IOException {
        image("dog/b.png", BufferedImage.TYPE_INT_RGB, 2, 3, 0x102030);
        image("dog/a.png", BufferedImage.TYPE_INT_ARGB, 2, 3, 0x405060);
        image("cat/z.png", BufferedImage.TYPE_INT_RGB, 2, 3, 0x708090);
        Files.writeString(folder.resolve("cat/.hidden"), "no image");
        Files.writeString(folder.resolve("readme.txt"), "no class");
    }

    private void refuses(String message, Object... arguments) {
        assertThatThrownBy(() -> ImageFolder.of(folder).read())
                .isInstanceOf(DataException.class)
                .hasMessage(message, arguments);
    }

    @Test
    void readsClassesAndFilesInTheOrderOfTheirNames() throws IOException {
        pets();
        Dataset pets = ImageFolder.of(folder).read();

        assertThat(pets).hasToString("Dataset[3 examples, features [3, 2, 3], labels [] with 2 classes [cat, dog]]");
        assertThat(pets.labels().data().asFloat()).containsExactly(0, 1, 1);
        float[] pixels = pets.features().data().asFloat();
        int[] rgb = {0x708090, 0x405060, 0x102030};
        for (int i = 0; i < pixels.length; i++) {
            int shift = 16 - 8 * (i / 6 % 3);
            assertThat(pixels[i]).isEqualTo((((rgb[i / 18] + i % 6) >> shift) & 255) / 255f);
        }
    }

    @Test
    void makesGreyByTheWeightsOfTheEye() throws IOException {
        pets();
        Dataset grey = ImageFolder.of(folder).greyscale().read();

        assertThat(grey.features().shape()).containsExactly(3, 1, 2, 3);
        double expected = (0.299 * 0x70 + 0.587 * 0x80 + 0.114 * 0x90) / 255;
        assertThat(grey.features().getDouble(0)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void keepsGreyValuesAsTheyAreInTheFile() throws IOException {
        image("a/a.png", BufferedImage.TYPE_BYTE_GRAY, 10, 10, 100);
        float[] one =
                ImageFolder.of(folder).greyscale().read().features().data().asFloat();
        float[] three = ImageFolder.of(folder).read().features().data().asFloat();

        for (int i = 0; i < 100; i++) {
            assertThat(one[i]).isEqualTo((100 + i) / 255f);
            assertThat(three[200 + i]).isEqualTo((100 + i) / 255f);
        }
    }

    /** Against the mean over a fine grid of points. */
    @Test
    void resizesByMeansOfAreas() {
        Random random = new Random(1);
        float[] pixels = new float[2 * 5 * 7];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        Image image = new Image(2, 5, 7, pixels);
        for (int[] size : new int[][] {{5, 7}, {1, 1}, {2, 3}, {4, 14}, {10, 7}, {6, 5}}) {
            float[] resized = image.resize(size[0], size[1]).pixels();
            assertThat(resized).hasSize(2 * size[0] * size[1]);
            for (int i = 0; i < resized.length; i++) {
                int channel = i / (size[0] * size[1]);
                int y = i / size[1] % size[0];
                int x = i % size[1];
                // 5 * 420 and 7 * 420 points are whole numbers of points per pixel, old and new.
                int rows = 5 * 84 / size[0];
                int columns = 7 * 60 / size[1];
                double sum = 0;
                for (int row = y * rows; row < (y + 1) * rows; row++) {
                    for (int column = x * columns; column < (x + 1) * columns; column++) {
                        sum += pixels[(channel * 5 + row / 84) * 7 + column / 60];
                    }
                }
                assertThat(resized[i]).isCloseTo((float) (sum / rows / columns), within(1e-6f));
            }
        }
    }

    @Test
    void resizesMixedSizesAndRefusesThemOtherwise() throws IOException {
        Path first = image("a/a.png", BufferedImage.TYPE_INT_RGB, 4, 4, 0);
        Path second = image("b/b.png", BufferedImage.TYPE_INT_RGB, 5, 4, 0);
        refuses(
                "ImageFolder expects images of one size but got 5 × 4 in \"%s\" after 4 × 4 in \"%s\"; call"
                        + " resize(height, width)",
                second, first);
        assertThat(ImageFolder.of(folder).resize(2, 3).read().features().shape())
                .containsExactly(2, 3, 2, 3);
        assertThatThrownBy(() -> ImageFolder.of(folder).resize(0, 3))
                .hasMessage("ImageFolder.resize expects at least 1 × 1 pixels but got 0 × 3");
    }

    @Test
    void namesFilesThatAreNoImages() throws IOException {
        Path text = image("a/a.png", BufferedImage.TYPE_INT_RGB, 4, 4, 0);
        Files.writeString(text, "not an image");
        refuses(
                "ImageFolder expects an image in \"%s\" but got a file that is none, or of an unknown format; convert it"
                        + " to PNG or JPEG, or take it out",
                text);
        Files.write(text, new byte[0]);
        refuses(
                "ImageFolder expects an image in \"%s\" but got a file that is none, or of an unknown format; convert it"
                        + " to PNG or JPEG, or take it out",
                text);
    }

    @Test
    void namesDamagedImages() throws IOException {
        Path file = image("a/a.png", BufferedImage.TYPE_INT_RGB, 40, 40, 0);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> ImageFolder.of(folder).read())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("ImageFolder expects an image in \"%s\" but got a damaged one (", file)
                .hasMessageEndingWith("); get the file again");
    }

    @Test
    void takesTheClassesOfTheTrainingData() throws IOException {
        pets();
        image("test/dog/1.png", BufferedImage.TYPE_INT_RGB, 2, 3, 7);
        ImageFolder test = ImageFolder.of(folder.resolve("test"));
        Dataset data = test.classNames(List.of("cat", "dog", "owl")).read();
        assertThat(data.labels().data().asFloat()).containsExactly(1);
        assertThat(data.classNames()).containsExactly("cat", "dog", "owl");
        assertThatThrownBy(() -> test.classNames(List.of("cat", "owl")).read())
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ImageFolder expects folders for the classes [cat, owl] in \"%s\" but got \"dog\"; a class that is not"
                                + " learned cannot be judged",
                        folder.resolve("test"));
        assertThatThrownBy(() -> test.classNames(List.of()))
                .hasMessage("ImageFolder.classNames expects different names, at least one, but got []; name each once");
    }

    @Test
    void namesWhatIsNoImageInTheFolderOfAClass() throws IOException {
        pets();
        Path below = Files.createDirectory(folder.resolve("cat/more"));
        refuses(
                "ImageFolder expects only images in the folder of a class but got the folder \"%s\"; move its images up, or"
                        + " take it out",
                below);
        Files.delete(below);
        Path device = Files.createSymbolicLink(folder.resolve("cat/null"), Path.of("/dev/null"));
        refuses(
                "ImageFolder expects only images in the folder of a class but got the device or pipe \"%s\"; take it out",
                device);
        Files.delete(device);
    }

    @Test
    void followsLinksAndNamesThoseThatLeadNowhere() throws IOException {
        pets();
        Files.createSymbolicLink(folder.resolve("wolf"), folder.resolve("dog"));
        Files.createSymbolicLink(folder.resolve("cat/link.png"), folder.resolve("dog/a.png"));
        assertThat(ImageFolder.of(folder).read().labels().data().asFloat()).containsExactly(0, 0, 1, 1, 2, 2);

        for (String name : new String[] {"cat/b.png", "owl"}) {
            Path link = Files.createSymbolicLink(folder.resolve(name), folder.resolve("nowhere"));
            refuses(
                    "ImageFolder expects files and folders but got the link \"%s\", which leads nowhere; mend it",
                    link);
            Files.delete(link);
        }
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), folder.resolve("circle"));
        assertThatThrownBy(() -> ImageFolder.of(folder).read())
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("ImageFolder expects to read \"%s\" but got ", circle);
    }

    @Test
    void readsFromZipFiles() throws IOException {
        pets();
        IdxFile.writeMnist(folder.resolve("mnist"), ".gz", new byte[] {1, 2}, new byte[] {0});
        Files.writeString(folder.resolve("table.csv"), "a,b\n1,2\n");
        Path zip = folder.resolve("all.zip");
        try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            for (String name : new String[] {"dog/b.png", "dog/a.png", "cat/z.png"}) {
                Files.createDirectories(inside.getPath("pets/" + name).getParent());
                Files.copy(folder.resolve(name), inside.getPath("pets/" + name));
            }
            Files.createDirectory(inside.getPath("mnist"));
            for (String name : new String[] {
                "train-images-idx3-ubyte.gz",
                "train-labels-idx1-ubyte.gz",
                "t10k-images-idx3-ubyte.gz",
                "t10k-labels-idx1-ubyte.gz"
            }) {
                Files.copy(folder.resolve("mnist").resolve(name), inside.getPath("mnist/" + name));
            }
            Files.copy(folder.resolve("table.csv"), inside.getPath("table.csv"));
        }
        try (FileSystem inside = FileSystems.newFileSystem(zip, Map.of())) {
            Dataset pets = ImageFolder.of(inside.getPath("pets")).read();
            requireStreamed(ImageFolder.of(inside.getPath("pets")).stream(), pets);
            assertThat(pets.classNames()).containsExactly("cat", "dog");
            assertThat(pets.labels().data().asFloat()).containsExactly(0, 1, 1);
            assertThat(Mnist.load(inside.getPath("mnist")).train().size()).isEqualTo(2);
            assertThat(Csv.of(inside.getPath("table.csv")).read().size()).isEqualTo(1);
        }
    }

    /** Java spells names in the charset of the locale; with LANG=C a name of other letters is only bytes to it. */
    @Test
    void readsNamesWhateverTheLocale() throws Exception {
        Path plain = image("one/a.png", BufferedImage.TYPE_INT_RGB, 2, 3, 0);
        for (String name : new String[] {"h%C3%BCnde/%C3%A4.png", "h%C3%BCnde/b%2B.png", "%E7%8C%AB/1.png"}) {
            Path file = Path.of(URI.create(folder.toUri() + "all/" + name));
            Files.createDirectories(file.getParent());
            Files.copy(plain, file);
        }
        for (String locale : new String[] {"C", "C.UTF-8"}) {
            ProcessBuilder builder = new ProcessBuilder(
                    ChildProcess.program("java"),
                    "-Xmx256m",
                    "-XX:+IgnoreUnrecognizedVMOptions",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    ChildProcess.CLASS_PATH,
                    ReadImages.class.getName(),
                    folder.toUri() + "all/");
            builder.environment().put("LC_ALL", locale);
            assertThat(ChildProcess.run(0, folder, builder).strip())
                    .startsWith(locale.equals("C") ? "ANSI_X3.4-1968 " : "UTF-8 ")
                    .endsWith(" [hünde, 猫] [         0,         0,    1.0000]");
        }
    }

    @Test
    void refusesNamesThatAreNoText() throws IOException {
        Path file = Path.of(URI.create(folder.toUri() + "h%FCnde/1.png"));
        Files.createDirectories(file.getParent());
        Files.copy(image("one/a.png", BufferedImage.TYPE_INT_RGB, 2, 3, 0), file);
        assertThatThrownBy(() -> ImageFolder.of(folder).read())
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ImageFolder expects names in UTF-8 but got bytes that are none in \"%s\"; rename it",
                        file.getParent());
    }

    /** Root may read everything, so there is nothing to see for it. */
    @Test
    void tellsWhatMayNotBeReadFromWhatIsDamaged() throws IOException {
        pets();
        Path file = folder.resolve("dog/a.png");
        Files.setPosixFilePermissions(file, Set.of());
        String message = "ImageFolder expects to read \"%s\" but got no permission; let this user read it";
        assertThat(ReadableFile.failure("ImageFolder", file, new AccessDeniedException(file.toString())))
                .hasMessage(message, file);
        assumeFalse(Files.isReadable(file), "this user may read everything");
        refuses(message, file);
        Path closed = Files.setPosixFilePermissions(folder.resolve("cat"), Set.of());
        refuses(message, closed);
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }

    /** As one that cancels a training that has just begun to read. */
    @Test
    void readsInAnInterruptedThread() throws IOException {
        pets();
        Thread.currentThread().interrupt();
        assertThat(ImageFolder.of(folder).read().size()).isEqualTo(3);
        assertThat(Csv.of(Files.writeString(folder.resolve("t.csv"), "a\n1\n"))
                        .read()
                        .size())
                .isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static void requireStreamed(Dataset streamed, Dataset read) {
        assertThat(streamed.source()).isPresent();
        assertThat(streamed.classNames()).isEqualTo(read.classNames());
        Bits.assertSame(streamed.labels(), read.labels());
        Bits.assertSame(streamed.load().features(), read.features());
    }

    /** JPEG as well, which comes in another layout than PNG. */
    @Test
    void readsOnDemandWhatItReadsAtOnce() throws Exception {
        pets();
        BufferedImage noise = new BufferedImage(17, 23, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(4);
        for (int i = 0; i < 17 * 23; i++) {
            noise.setRGB(i % 17, i / 17, random.nextInt());
        }
        assertThat(ImageIO.write(noise, "jpg", folder.resolve("dog/c.jpg").toFile()))
                .isTrue();
        ImageFolder reader = ImageFolder.of(folder).resize(4, 5);
        requireStreamed(ImageFolder.stream(folder, 3, 4, 5), reader.read());
        requireStreamed(ImageFolder.stream(folder, 1, 4, 5), reader.greyscale().read());
        List<String> names = List.of("dog", "cow", "cat");
        requireStreamed(
                reader.classNames(names).stream(), reader.classNames(names).read());
        Files.delete(folder.resolve("dog/c.jpg"));
        requireStreamed(ImageFolder.of(folder).stream(), ImageFolder.of(folder).read());

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(ImageFolder.of(folder).stream());
        Object back = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        requireStreamed((Dataset) back, ImageFolder.of(folder).read());
    }

    @Test
    void namesTheImageThatCannotBeUsedWhereItIsReadOnDemand() throws IOException {
        pets();
        Dataset pets = ImageFolder.of(folder).stream();
        Path file = folder.resolve("dog/a.png");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThat(pets.slice(0, 1).load().size()).isEqualTo(1);
        assertThatThrownBy(pets::load)
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "ImageFolder expects an image in \"%s\" but got a damaged one (java.io.EOFException: a file that ends early);"
                                + " get the file again",
                        file);
        image("dog/a.png", BufferedImage.TYPE_INT_RGB, 4, 3, 0);
        assertThatThrownBy(pets::load)
                .hasMessage(
                        "ImageFolder expects images of one size but got 4 × 3 in \"%s\" after 2 × 3 in \"%s\"; call"
                                + " resize(height, width)",
                        file, folder.resolve("cat/z.png"));
        assertThatThrownBy(() -> ImageFolder.stream(folder, 4, 2, 3))
                .hasMessage("ImageFolder.stream expects 3 channels for colours or 1 for grey but got 4");
        assertThat(pets)
                .hasToString(
                        "Dataset[3 examples, features [3, 2, 3], labels [] with 2 classes [cat, dog], read on demand, in memory 0 MB]");
        assertThat(pets.source().orElseThrow()).hasToString("the images in \"" + folder + "\"");
    }

    /** All kinds of pixels that readers leave, of which some are taken as bytes and others asked for one by one. */
    @Test
    void takesPixelsOfEveryLayoutAlike() throws IOException {
        int[] types = {
            BufferedImage.TYPE_INT_RGB,
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_4BYTE_ABGR,
            BufferedImage.TYPE_BYTE_INDEXED
        };
        for (int type : types) {
            Path file = image("a/" + type + ".png", type, 13, 7, 0x301020);
            BufferedImage seen = ImageIO.read(file.toFile());
            float[] pixels = Image.read(file).pixels();
            for (int i = 0; i < pixels.length; i++) {
                int place = i % 91;
                int rgb = seen.getRGB(place % 7, place / 7);
                assertThat(pixels[i]).isEqualTo((rgb >> (16 - 8 * (i / 91)) & 255) / 255f);
            }
        }
    }

    @Test
    void refusesFoldersWithoutClassesOrImages() throws IOException {
        refuses(
                "ImageFolder expects a folder for each class in \"%s\" but got none; put the images of each class into a"
                        + " folder of their own",
                folder);
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refuses("ImageFolder expects images in \"%s\" but got none; remove the folder or fill it", empty);
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> ImageFolder.of(none).read())
                .hasMessage("ImageFolder expects a folder at \"%s\" but got none; check the path", none);
    }
}
