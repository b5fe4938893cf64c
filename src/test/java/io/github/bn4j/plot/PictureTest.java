package io.github.bn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures have ink where there are numbers, without a screen. */
class PictureTest {

    private static BatchNormReport report;
    private static History history;

    @TempDir
    private Path directory;

    @BeforeAll
    static void train() {
        Split digits = Digits.load().split(0.8, 42);
        Network net = Network.input(1, 8, 8)
                .conv2d(8, 3)
                .batchNorm2d()
                .relu()
                .conv2d(64, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(4)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
        history = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(3).fit(digits.train(), digits.test());
        report = net.batchNormReport(digits.test());
    }

    /** Pixels of the hue of a colour, however thin the line: its strongest component is far above the others. */
    private static long pixels(BufferedImage image, Color color) {
        int strongest = strongest(color);
        long count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int[] pixel = components(new Color(image.getRGB(x, y)));
                int others = Math.max(pixel[(strongest + 1) % 3], pixel[(strongest + 2) % 3]);
                count += pixel[strongest] - others > 25 ? 1 : 0;
            }
        }
        return count;
    }

    private static int strongest(Color color) {
        int[] components = components(color);
        int strongest = components[1] > components[0] ? 1 : 0;
        return components[2] > components[strongest] ? 2 : strongest;
    }

    private static int[] components(Color color) {
        return new int[] {color.getRed(), color.getGreen(), color.getBlue()};
    }

    @Test
    void drawsEachBatchNormalisationInARow() throws Exception {
        Picture picture = Picture.of(report);
        assertThat(picture).hasToString("Picture[1320×750]");
        BufferedImage image = picture.image();
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                BufferedImage chart = image.getSubimage(440 * column, 250 * row, 440, 250);
                // Crosses hide much of the points that they agree with.
                assertThat(pixels(chart, Charts.FIRST)).isGreaterThan(20);
                assertThat(pixels(chart, Charts.SECOND)).isGreaterThan(20);
            }
        }
        Path file = directory.resolve("report.png");
        picture.save(file);
        assertSamePixels(ImageIO.read(file.toFile()), image);
        URI archive = URI.create("jar:" + directory.resolve("pictures.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            picture.save(zip.getPath("report.png"));
            try (InputStream in = Files.newInputStream(zip.getPath("report.png"))) {
                assertSamePixels(ImageIO.read(in), image);
            }
        }
    }

    private static void assertSamePixels(BufferedImage actual, BufferedImage expected) {
        assertThat(actual.getRGB(0, 0, 1320, 750, null, 0, 1320))
                .isEqualTo(expected.getRGB(0, 0, 1320, 750, null, 0, 1320));
    }

    @Test
    void drawsTheCurvesOfATraining() {
        BufferedImage image = Picture.of(history).image();
        assertThat(image.getWidth()).isEqualTo(800);
        assertThat(pixels(image, Charts.FIRST)).isGreaterThan(100);
        assertThat(pixels(image, Charts.SECOND)).isGreaterThan(100);
        assertThat(pixels(image, Charts.THIRD)).isGreaterThan(100);
        History bare = new History(List.of(new Epoch(1, 2.0, Double.NaN, Double.NaN, 1)));
        BufferedImage alone = Picture.of(bare).image();
        assertThat(pixels(alone, Charts.FIRST)).isGreaterThan(10);
        assertThat(pixels(alone, Charts.SECOND)).isZero();
    }

    @Test
    void refusesWhatItCannotDraw() {
        assertThatThrownBy(() -> Picture.of(new History(List.of())))
                .hasMessage("Picture expects a history with at least one epoch but got none");
        Network net = Network.input(64).dense(2).build(1);
        BatchNormReport none = net.batchNormReport(io.github.bn4j.data.Dataset.of(
                Digits.load().features().reshape(1797, 64), Digits.load().labels()));
        assertThatThrownBy(() -> Picture.of(none))
                .hasMessage("Picture expects a report with at least one batch normalisation but got none");
        Picture picture = Picture.of(history);
        assertThatThrownBy(() -> picture.save(directory.resolve("a.jpg")))
                .hasMessage(
                        "Picture.save expects a name that ends in .png but got \"" + directory.resolve("a.jpg") + "\"");
        Path lost = directory.resolve("none").resolve("a.png");
        assertThatThrownBy(() -> picture.save(lost))
                .hasMessage("Picture.save expects an existing directory for \"" + lost + "\" but got \""
                        + directory.resolve("none") + "\"; create it first");
        assertThat(Files.exists(lost)).isFalse();
    }

    /** The library's classes again, on a class path without XChart. */
    @Test
    void saysWhatToAddWhereXChartIsMissing() throws Exception {
        List<URL> urls = new ArrayList<>();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            if (!entry.contains("xchart")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Class<?> epoch = loader.loadClass(Epoch.class.getName());
            Object one = epoch.getConstructor(int.class, double.class, double.class, double.class, double.class)
                    .newInstance(1, 2.0, 1.0, 1.0, 1.0);
            Class<?> histories = loader.loadClass(History.class.getName());
            Object other = histories.getConstructor(List.class).newInstance(List.of(one));
            Class<?> pictures = loader.loadClass(Picture.class.getName());
            assertThatThrownBy(() -> pictures.getMethod("of", histories).invoke(null, other))
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Picture expects XChart on the class path but got none; add the dependency"
                            + " org.knowm.xchart:xchart:3.8.8");
        }
    }
}
