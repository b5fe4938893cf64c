package io.github.bn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.data.ArrayExamples;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.SvgDocument;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.RateFinder;
import io.github.bn4j.train.Schedule;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.w3c.dom.Element;

/** Pictures have ink where there are numbers, without a screen. */
class PictureTest {

    private static final double NONE = Double.NaN;

    private static BatchNormReport report;
    private static History history;
    private static Network net;
    private static Dataset test;

    @TempDir
    private Path directory;

    @BeforeAll
    static void train() {
        Split digits = Digits.load().split(0.8, 42);
        net = Network.input(1, 8, 8)
                .conv2d(8, 3)
                .batchNorm2d()
                .relu()
                .conv2d(70, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(4)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
        history = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(3).fit(digits.train(), digits.test());
        test = digits.test();
        report = net.batchNormReport(digits.test());
    }

    private static SvgDocument svg(Picture picture) {
        SvgDocument document = SvgDocument.of(picture.svg());
        document.requireInside();
        return document;
    }

    private static long count(SvgDocument document, String element, String style) {
        return document.elements(element).stream()
                .filter(each -> each.getAttribute("class").equals(style))
                .count();
    }

    private static long pixels(BufferedImage image, Ink ink) {
        int[] all = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        return IntStream.of(all)
                .filter(pixel -> (pixel & 0xffffff) == ink.light())
                .count();
    }

    @Test
    void drawsEachBatchNormalisationInARow() throws Exception {
        Picture picture = Picture.of(report);
        SvgDocument document = svg(picture);
        assertThat(document.texts())
                .contains("batchnorm2d_1: mean", "batchnorm2d_2: standard deviation", "batchnorm1d_1: γ and β");
        // Three charts of 8, 70 and 4 channels, two points each, and a dot and a ring in each of nine legends.
        assertThat(count(document, "circle", "f-blue")).isEqualTo(3 * (8 + 70 + 4) + 9);
        assertThat(count(document, "circle", "s-orange")).isEqualTo(3 * (8 + 70 + 4) + 9);
        assertThat(picture.panels()).hasSize(9);

        BufferedImage image = picture.image();
        Path file = directory.resolve("report.png");
        picture.save(file);
        assertSamePixels(ImageIO.read(file.toFile()), image);
        URI archive = URI.create("jar:" + directory.resolve("pictures.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            picture.save(zip.getPath("report.PNG"));
            try (InputStream in = Files.newInputStream(zip.getPath("report.PNG"))) {
                assertSamePixels(ImageIO.read(in), image);
            }
        }
    }

    private static void assertSamePixels(BufferedImage actual, BufferedImage expected) {
        int width = expected.getWidth();
        int height = expected.getHeight();
        assertThat(actual.getRGB(0, 0, width, height, null, 0, width))
                .isEqualTo(expected.getRGB(0, 0, width, height, null, 0, width));
    }

    @Test
    void drawsTheCurvesOfATraining() throws Exception {
        Picture picture = Picture.of(history);
        SvgDocument document = svg(picture);
        assertThat(document.texts()).contains("loss", "accuracy", "training", "validation", "epoch");
        assertThat(picture).hasToString("Picture[loss, accuracy, 836×308]");
        BufferedImage image = picture.image();
        assertThat(image.getWidth()).isEqualTo(2 * 836);
        assertThat(pixels(image, Ink.BLUE)).isGreaterThan(100);
        assertThat(pixels(image, Ink.ORANGE)).isGreaterThan(100);

        Path file = directory.resolve("training.svg");
        picture.save(file);
        assertThat(file).hasContent(picture.svg());
    }

    @Test
    void drawsOnlyWhatWasMeasured() {
        History bare = new History(List.of(new Epoch(1, 2.0, NONE, NONE, 1)));
        SvgDocument document = svg(Picture.of(bare));
        assertThat(document.texts()).contains("loss").doesNotContain("accuracy", "validation");
        assertThat(count(document, "circle", "f-blue")).isEqualTo(1);
    }

    @Test
    void marksTheBestEpochInTheDirectionOfTheMetric() {
        List<Epoch> epochs = List.of(
                new Epoch(1, 2.0, 1.5, 0.8, 1, Map.of("loss", 1.5, "accuracy", 0.8, "balancedAccuracy", 0.7)),
                new Epoch(2, 1.0, 1.2, 0.9, 1, Map.of("loss", 1.2, "accuracy", 0.9, "balancedAccuracy", NONE)),
                new Epoch(3, 0.5, 1.4, 0.7, 1, Map.of("loss", 1.4, "accuracy", 0.7, "balancedAccuracy", 0.8)));
        Map<String, Metric> metrics =
                Map.of("accuracy", Metric.accuracy(), "balancedAccuracy", Metric.balancedAccuracy());
        SvgDocument document = svg(Picture.of(new History(epochs, metrics, Optional.empty())));
        assertThat(document.texts())
                .contains(
                        "balanced accuracy", "best: 1.200, epoch 2", "best: 0.9000, epoch 2", "best: 0.8000, epoch 3");
    }

    @Test
    void drawsSeveralTrainingsInTheSameCharts() {
        History other = new History(List.of(new Epoch(1, 2.0, 1.0, 0.5, 1), new Epoch(2, 1.0, 0.9, 0.6, 1)));
        assertThat(svg(Picture.of(history, other)).texts())
                .contains("run 1, training", "run 2, validation", "run 1", "run 2");
        History bare = new History(List.of(new Epoch(1, 2.0, NONE, NONE, 1)));
        SvgDocument named = svg(Picture.of(Map.of("<b>&\"", other, "no validation", bare)));
        assertThat(named.texts()).contains("<b>&\", training", "<b>&\", validation", "no validation");
    }

    @Test
    void drawsTheSearchForALearningRate() {
        List<RateFinder.Trial> trials = IntStream.range(0, 40)
                .mapToObj(i -> new RateFinder.Trial(1e-5 * Math.pow(10, i / 10.0), i < 20 ? 2.3 : i < 30 ? 1 : 4))
                .toList();
        RateFinder finder = new RateFinder(trials);
        SvgDocument document = svg(Picture.of(finder));
        assertThat(document.texts()).contains("learning rate", "1e-4", "0.01");
        assertThat(document.texts()).anyMatch(text -> text.startsWith("suggestion: "));
        assertThat(finder.hasSuggestion()).isTrue();

        RateFinder rising = new RateFinder(List.of(new RateFinder.Trial(1e-3, 1), new RateFinder.Trial(1e-2, 2)));
        assertThat(rising.hasSuggestion()).isFalse();
        assertThat(svg(Picture.of(rising)).texts()).noneMatch(text -> text.startsWith("suggestion"));
    }

    @Test
    void drawsWhichClassWasTakenForWhich() {
        Evaluation evaluation = net.evaluate(test.classNames(
                List.of("zero", "<one>", "2", "3", "4", "5", "6", "7", "8", "a name that is too long for its place")));
        SvgDocument document = svg(Picture.of(evaluation));
        int[][] counts = evaluation.confusion();
        List<String> shown = Arrays.stream(counts)
                .flatMapToInt(Arrays::stream)
                .filter(count -> count > 0)
                .mapToObj(Integer::toString)
                .toList();
        assertThat(document.texts()).containsAll(shown).contains("zero", "<one>", "class ↓", "taken for →");
        assertThat(document.texts()).anyMatch(text -> text.startsWith("a name that") && text.endsWith("…"));
        assertThat(document.elements("title"))
                .hasSize(shown.size())
                .extracting(Element::getTextContent)
                .contains("zero taken for zero: %d of %d, %.1f %%"
                        .formatted(counts[0][0], sum(counts[0]), 100.0 * counts[0][0] / sum(counts[0])));
        long right = IntStream.range(0, 10).filter(i -> counts[i][i] > 0).count();
        assertThat(count(document, "rect", "f-blue")).isEqualTo(right);
        assertThat(count(document, "rect", "f-orange")).isEqualTo(shown.size() - right);
    }

    private static int sum(int[] counts) {
        return IntStream.of(counts).sum();
    }

    @Test
    void drawsManyClassesWithoutCounts() {
        int[][] counts = new int[60][60];
        counts[3][4] = 7;
        SvgDocument document = SvgDocument.of(new Picture(new ConfusionFigure(counts, List.of()).figure()).svg());
        document.requireInside();
        assertThat(document.elements("image")).hasSize(1);
        // Every third number has room.
        assertThat(document.texts()).contains("0", "57").doesNotContain("1", "7");
    }

    @Test
    void drawsTheFiltersOfAConvolution() {
        assertThat(svg(Picture.ofFilters(net, "conv2d_1")).elements("image")).hasSize(8);
        SvgDocument many = svg(Picture.ofFilters(net, "conv2d_2"));
        assertThat(many.elements("image")).hasSize(256);
        assertThat(many.texts()).contains("filters of conv2d_2, the first 256 of 560");
        Network colours = Network.input(3, 9, 9).conv2d(5, 3).flatten().dense(2).build(1);
        assertThat(svg(Picture.ofFilters(colours, "conv2d_1")).elements("image"))
                .hasSize(5);
    }

    @Test
    void drawsImagesWithWhatTheyAreAndAreTakenFor() {
        SvgDocument plain = svg(Picture.ofExamples(test));
        assertThat(plain.elements("image")).hasSize(64);
        assertThat(plain.texts())
                .contains("examples", Long.toString(test.labels().getLong(0)));

        SvgDocument taken = svg(Picture.ofExamples(test, net));
        String[] classes = net.classify(test.features());
        List<String> wrong = IntStream.range(0, 64)
                .filter(i -> !classes[i].equals(Long.toString(test.labels().getLong(i))))
                .mapToObj(i -> test.labels().getLong(i) + " → " + classes[i])
                .toList();
        assertThat(taken.texts()).contains("examples, " + wrong.size() + " of 64 taken for others");
        assertThat(taken.elements("text").stream()
                        .filter(text -> text.getAttribute("class").equals("f-red"))
                        .map(Element::getTextContent))
                .containsExactlyElementsOf(wrong);

        Dataset onDemand = ArrayExamples.stream(test);
        assertThat(Picture.ofExamples(onDemand, net).svg())
                .isEqualTo(Picture.ofExamples(test, net).svg());

        Dataset colours = Dataset.of(Nd4j.rand(DataType.FLOAT, 5, 3, 6, 9), Nd4j.rand(DataType.FLOAT, 5, 2));
        assertThat(svg(Picture.ofExamples(colours)).elements("image")).hasSize(5);
    }

    @Test
    void drawsTheCourseOfALearningRate() {
        SvgDocument document = svg(Picture.of(Schedule.step(1, 0.5).byEpoch(), 3, 2));
        // 1, 1, 0.5, 0.5, 0.25, 0.25 on an axis from 0 to 1, from 44 to 234.
        assertThat(document.elements("circle"))
                .extracting(dot -> dot.getAttribute("cy"))
                .containsExactly("44", "44", "139", "139", "186.5", "186.5");
    }

    @Test
    void drawsArraysByTheirAxes() {
        assertThat(svg(Picture.of("bars", Nd4j.createFromArray(1f, 2f, -3f))).elements("rect"))
                .hasSize(4);
        SvgDocument table = svg(Picture.of("table", Nd4j.createFromArray(new float[][] {{1, -2, 3}, {4, 5, 6}})));
        assertThat(table.elements("image")).isEmpty();
        assertThat(svg(Picture.of("channels", Nd4j.rand(DataType.FLOAT, 5, 7, 9)))
                        .elements("image"))
                .hasSize(5);
        SvgDocument rows = svg(Picture.of("rows", Nd4j.randn(DataType.FLOAT, 3, 5, 7, 9)));
        assertThat(rows.elements("image")).hasSize(15).allSatisfy(image -> assertThat(
                        image.getAttribute("width") + " " + image.getAttribute("height"))
                .isEqualTo("72 56"));
        assertThat(svg(Picture.of("many", Nd4j.rand(DataType.FLOAT, 300, 2, 2))).texts())
                .contains("many, the first 256 of 300");
    }

    @Test
    void coloursBothSigns() {
        Tones tones = Tones.of(-2, 1, NONE);
        assertThat(tones.image(new double[] {-2, 1, NONE, 0}, 2, 2).pixels())
                .containsExactly(0xff000000 | Ink.ORANGE.light(), 0x80000000 | Ink.BLUE.light(), 0, Ink.BLUE.light());
        assertThat(Tones.of(0, 5).image(new double[] {0, 5, 2.5}, 1, 3).pixels())
                .containsExactly(0xff000000, 0xffffffff, 0xff808080);
        assertThat(Tones.of(0, 1)
                        .colourImage(new double[] {0, 1, 1, 0, 0, 1}, 1, 2)
                        .pixels())
                .containsExactly(0xff00ff00, 0xffff00ff);
        assertThat(Tones.of(-1, 1).greyImage(new double[] {-1, 1}, 1, 2).pixels())
                .containsExactly(0xff000000, 0xffffffff);
    }

    @Test
    void saysWhereItIsToBeSeen() {
        String where = Picture.of(history).show().string();
        assertThat(where).startsWith("no display; the picture is in ").endsWith(".svg");
        assertThat(Path.of(where.substring("no display; the picture is in ".length())))
                .hasContent(Picture.of(history).svg());
    }

    @Test
    void refusesWhatItCannotDraw() {
        assertThatThrownBy(() -> Picture.of(new History(List.of())))
                .hasMessage("Picture expects a history with at least one epoch but got none");
        assertThatThrownBy(() -> Picture.of(Map.<String, History>of()))
                .hasMessage("Picture expects at least one history but got none");
        assertThatThrownBy(() -> Picture.of(new RateFinder(List.of())))
                .hasMessage("Picture expects at least one trial but got none");
        assertThatThrownBy(() -> Picture.of("a", Nd4j.zeros(1, 1, 1, 1, 1)))
                .hasMessage("Picture expects an array of 1 to 4 axes that is not empty but got [1, 1, 1, 1, 1]");
        assertThatThrownBy(() -> Picture.of("a", Nd4j.scalar(1)))
                .hasMessage("Picture expects an array of 1 to 4 axes that is not empty but got []");
        Network dense = Network.input(64).dense(2).build(1);
        BatchNormReport none = dense.batchNormReport(Dataset.of(
                Digits.load().features().reshape(1797, 64), Digits.load().labels()));
        assertThatThrownBy(() -> Picture.of(none))
                .hasMessage("Picture expects a report with at least one batch normalisation but got none");
        assertThatThrownBy(() -> Picture.ofFilters(net, "dense_1"))
                .hasMessage("Picture.ofFilters expects the path of a convolution but got \"dense_1\"; there are"
                        + " [conv2d_1, conv2d_2]");
        assertThatThrownBy(() -> Picture.ofExamples(Dataset.of(Nd4j.zeros(3, 2, 4, 4), Nd4j.zeros(3))))
                .hasMessage(
                        "Picture.ofExamples expects images [1 or 3 channels, height, width] but got examples [2, 4, 4]");
        assertThatThrownBy(() -> Picture.of(Schedule.cosine(), 0, 5))
                .hasMessage("Picture expects at least 1 epoch of at least 1 step but got 0 of 5");
        assertThatThrownBy(() -> Picture.of(Schedule.plateau(), 1, 5))
                .hasMessageStartingWith("Picture expects a schedule that follows from the step alone but got ")
                .hasMessageEndingWith("; draw the history of a training");
        Picture picture = Picture.of(history);
        assertThatThrownBy(() -> picture.save(directory.resolve("a.jpg")))
                .hasMessage("Picture.save expects a name that ends in .svg or .png but got \""
                        + directory.resolve("a.jpg") + "\"");
        Path lost = directory.resolve("none").resolve("a.png");
        assertThatThrownBy(() -> picture.save(lost))
                .hasMessage("Picture.save expects an existing directory for \"" + lost + "\" but got \""
                        + directory.resolve("none") + "\"; create it first");
        assertThat(Files.exists(lost)).isFalse();
    }

    @Test
    void drawsRocPrecisionAndReliabilityInASquareOfShares() {
        Evaluation evaluation = net.evaluate(test);
        Picture roc = Picture.ofRoc(evaluation);
        assertThat(roc)
                .hasToString("Picture[ROC curve, the worst 8 of 10, 416×"
                        + roc.image().getHeight() / 2 + "]");
        assertThat(SvgDocument.of(roc.svg()).texts())
                .contains("chance", "share of the class found", "0.0", "1.0")
                .filteredOn(text -> text.matches("\\d, area 0\\.\\d{3}"))
                .hasSize(8);
        assertThat(SvgDocument.of(Picture.ofPrecisionRecall(evaluation).svg()).texts())
                .filteredOn(text -> text.matches("\\d, average 0\\.\\d{3}"))
                .hasSize(8);
        assertThat(SvgDocument.of(Picture.ofReliability(evaluation).svg()).texts())
                .contains("right as often as told")
                .anyMatch(text -> text.startsWith("told, calibration error 0."));
    }
}
