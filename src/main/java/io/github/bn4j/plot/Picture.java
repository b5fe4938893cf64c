package io.github.bn4j.plot;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.inside.Attribution;
import io.github.bn4j.inside.BatchNormSeries;
import io.github.bn4j.inside.GradCam;
import io.github.bn4j.inside.IntegratedGradients;
import io.github.bn4j.inside.ModeGapRecorder;
import io.github.bn4j.inside.PercentileSeries;
import io.github.bn4j.internal.PngBytes;
import io.github.bn4j.internal.SavedFile;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.PixelCanvas;
import io.github.bn4j.plot.internal.figure.SvgCanvas;
import io.github.bn4j.text.Text;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.History;
import io.github.bn4j.train.RateFinder;
import io.github.bn4j.train.Schedule;
import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A drawing of data: as SVG for pages, which follow the reader's choice of light or dark, as pixels, or in a window. Needs no screen
 * and no other library.
 */
public final class Picture {

    /** How many pixels of an image there are for one of the drawing, each way: as screens have it that are sharp. */
    private static final int SHARP = 2;

    private static final String SVG = ".svg";
    private static final String PNG = ".png";

    private final Figure figure;

    Picture(Figure figure) {
        this.figure = figure;
    }

    /**
     * Each batch normalisation of a report in a row: running means beside those of the data, the same of standard
     * deviations, and gamma and beta, channel by channel.
     *
     * @throws IllegalArgumentException if the report has no batch normalisation
     */
    public static Picture of(BatchNormReport report) {
        checkGiven(report, "Picture", "a report");
        checkArgument(
                !report.norms().isEmpty(),
                "Picture expects a report with at least one batch normalisation but got none");
        return new Picture(BatchNormFigure.of(report));
    }

    /**
     * The losses of the epochs of a training, and a chart of each metric of its validation data; of several trainings, all in the same
     * charts, as run 1, run 2 and so on.
     *
     * @throws IllegalArgumentException if one has no epoch
     */
    public static Picture of(History history, History... others) {
        checkGiven(history, "Picture", "a history");
        checkEachGiven(others, "Picture", "histories");
        Map<String, History> runs = new LinkedHashMap<>();
        runs.put("run 1", history);
        for (History other : others) {
            runs.put("run " + (runs.size() + 1), other);
        }
        return of(runs);
    }

    /**
     * The losses of the epochs of trainings, and a chart of each metric of their validation data.
     *
     * @param runs by names that the pictures show
     * @throws IllegalArgumentException if there is none, or one has no epoch
     */
    public static Picture of(Map<String, History> runs) {
        checkGiven(runs, "Picture", "histories by name");
        checkArgument(!runs.isEmpty(), "Picture expects at least one history but got none");
        runs.forEach((name, history) -> checkArgument(
                !checkGiven(history, "Picture", "histories").epochs().isEmpty(),
                "Picture expects a history with at least one epoch but got none"));
        return new Picture(new HistoryFigure(runs).figure());
    }

    /**
     * How often each class was taken for each: what is right in blue, mistakes in orange, the stronger the larger their share of the class.
     *
     * @throws IllegalStateException if this is no classification with one class per example, or there are several outputs
     */
    public static Picture of(Evaluation evaluation) {
        checkGiven(evaluation, "Picture", "an evaluation");
        return new Picture(new ConfusionFigure(evaluation.confusion(), evaluation.classNames()).figure());
    }

    /**
     * The ROC curve of each class against the rest, of two classes that of the second, with the area below; of more than eight those of the
     * worst. See {@link Evaluation#rocCurves}.
     *
     * @throws IllegalStateException if there is none
     */
    public static Picture ofRoc(Evaluation evaluation) {
        checkGiven(evaluation, "Picture.ofRoc", "an evaluation");
        return new Picture(ScoreFigures.roc(evaluation.rocCurves()));
    }

    /**
     * Precision by recall of each class, as {@link #ofRoc}; see {@link Evaluation#precisionRecallCurves}.
     *
     * @throws IllegalStateException if there is none
     */
    public static Picture ofPrecisionRecall(Evaluation evaluation) {
        checkGiven(evaluation, "Picture.ofPrecisionRecall", "an evaluation");
        return new Picture(ScoreFigures.precisionRecall(evaluation.precisionRecallCurves()));
    }

    /**
     * How often what was told with a probability is right, a reliability diagram: below the diagonal the network is surer than it should be. See
     * {@link Evaluation#reliability}.
     *
     * @throws IllegalStateException if there are no probabilities
     */
    public static Picture ofReliability(Evaluation evaluation) {
        checkGiven(evaluation, "Picture.ofReliability", "an evaluation");
        return new Picture(ScoreFigures.reliability(evaluation.reliability()));
    }

    /**
     * The factor of the learning rate in each step of a training.
     *
     * @throws IllegalArgumentException if there is no step, or the schedule watches a metric, which only a training has
     */
    public static Picture of(Schedule schedule, int epochs, int stepsPerEpoch) {
        checkGiven(schedule, "Picture", "a schedule");
        checkArgument(
                epochs >= 1 && stepsPerEpoch >= 1,
                "Picture expects at least 1 epoch of at least 1 step but got %s of %s",
                epochs,
                stepsPerEpoch);
        checkArgument(
                schedule.watches().isEmpty(),
                "Picture expects a schedule that follows from the step alone but got %s; draw the history of a training",
                schedule);
        return new Picture(ScheduleFigure.of(schedule, epochs, stepsPerEpoch));
    }

    /**
     * The kernels of a convolution: of three input channels as colours, of others a row for each filter and a column for each channel, blue
     * above 0 and orange below.
     *
     * @param layer its path, such as {@code conv2d_1}
     * @throws IllegalArgumentException if there is no convolution there; the message lists those there are
     */
    public static Picture ofFilters(Network network, String layer) {
        checkGiven(network, "Picture.ofFilters", "a network");
        checkGiven(layer, "Picture.ofFilters", "the path of a convolution");
        return new Picture(FilterFigure.of(network, layer));
    }

    /**
     * The first images of a data set, 64 at most, with what they are.
     *
     * @throws IllegalArgumentException if its features are no images of 1 or 3 channels
     */
    public static Picture ofExamples(Dataset data) {
        checkGiven(data, "Picture.ofExamples", "a data set");
        return new Picture(ExampleFigure.of(ExampleFigure.first(data), List.of()));
    }

    /**
     * The first images of a data set, 64 at most, with what a network takes them for; where that is wrong, in red, behind what they are.
     *
     * @throws IllegalArgumentException if its features are no images of 1 or 3 channels, or the network does not take them
     * @throws IllegalStateException if the network is no classification with one class per example
     */
    public static Picture ofExamples(Dataset data, Network network) {
        checkGiven(data, "Picture.ofExamples", "a data set");
        checkGiven(network, "Picture.ofExamples", "a network");
        Dataset some = ExampleFigure.first(data);
        return new Picture(ExampleFigure.of(some, List.of(network.classify(some.features()))));
    }

    /**
     * The loss by the learning rate, with what is suggested.
     *
     * @throws IllegalArgumentException if there is no trial
     */
    public static Picture of(RateFinder finder) {
        checkGiven(finder, "Picture", "a search for a learning rate");
        checkArgument(!finder.trials().isEmpty(), "Picture expects at least one trial but got none");
        return new Picture(RateFigure.of(finder));
    }

    /**
     * Gamma, beta and running averages of a batch normalisation over the steps of a training, as a {@code BatchNormRecorder} saw them: a line
     * for each channel, or of many how they are spread.
     *
     * @throws IllegalArgumentException if nothing was recorded
     */
    public static Picture of(BatchNormSeries norm) {
        checkGiven(norm, "Picture", "what was recorded");
        requireTimes(norm.steps().length);
        return new Picture(RecordFigures.of(norm));
    }

    /**
     * How what comes to a unit is spread over the steps of a training, as in figure 1 b and c of Ioffe and Szegedy 2015, Batch Normalization.
     *
     * @throws IllegalArgumentException if nothing was recorded
     */
    public static Picture of(PercentileSeries unit) {
        checkGiven(unit, "Picture", "what was recorded");
        requireTimes(unit.steps().length);
        return new Picture(RecordFigures.of(unit));
    }

    /**
     * How far training mode is from predictions over the steps of a training, and the losses of both.
     *
     * @throws IllegalArgumentException if nothing was recorded
     */
    public static Picture of(ModeGapRecorder gaps) {
        checkGiven(gaps, "Picture", "what was recorded");
        requireTimes(gaps.moments().size());
        return new Picture(RecordFigures.of(gaps.moments()));
    }

    private static void requireTimes(int times) {
        checkArgument(
                times > 0,
                "Picture expects a record with at least one time but got none; fit with the recorder as a listener");
    }

    /**
     * Images beside the same under the sizes of the gradients.
     *
     * @param images what the gradients are by, {@code [images, channels, height, width]}. Not modified.
     * @throws IllegalArgumentException if these are no images, or others
     */
    public static Picture of(Attribution gradient, INDArray images) {
        checkGiven(gradient, "Picture", "gradients");
        checkGiven(images, "Picture", "images");
        return new Picture(SaliencyFigure.of("gradient", images, gradient.map(), gradient.scored()));
    }

    /**
     * Images beside the same under the sizes of what each pixel adds.
     *
     * @param images what was integrated to, {@code [images, channels, height, width]}. Not modified.
     * @throws IllegalArgumentException if these are no images, or others
     */
    public static Picture of(IntegratedGradients gradients, INDArray images) {
        checkGiven(gradients, "Picture", "gradients");
        checkGiven(images, "Picture", "images");
        return new Picture(SaliencyFigure.of("integrated gradients", images, gradients.map(), gradients.scored()));
    }

    /**
     * Images beside the same under where a layer speaks for the score.
     *
     * @param images what the maps are of, {@code [images, channels, height, width]}. Not modified.
     * @throws IllegalArgumentException if these are no images, or others
     */
    public static Picture of(GradCam maps, INDArray images) {
        checkGiven(maps, "Picture", "maps");
        checkGiven(images, "Picture", "images");
        return new Picture(SaliencyFigure.of("Grad-CAM of " + maps.layer(), images, maps.upsampled(), maps.scored()));
    }

    /**
     * An array: of one axis, bars; of two, a table of colours, rows downwards; of three, {@code [images, height, width]}, such as the
     * channels of an activation; of four, {@code [rows, images, height, width]}. Where values have both signs, blue is above 0 and orange
     * below, the stronger the larger; else images are black for the smallest and white for the largest.
     *
     * @param title what it shows
     * @param array not modified
     * @throws IllegalArgumentException if it is empty, or has no or more axes
     */
    public static Picture of(String title, INDArray array) {
        checkGiven(title, "Picture", "a title");
        checkGiven(array, "Picture", "an array");
        return new Picture(ArrayFigure.of(title, array));
    }

    /**
     * An SVG document that needs nothing else, for a file or for a place in an HTML page. Its text is text, and on a dark page its
     * colours are for dark.
     */
    public String svg() {
        return SvgCanvas.write(figure);
    }

    /** New pixels, two for each of the drawing each way, on white. */
    public BufferedImage image() {
        return PixelCanvas.paint(figure, SHARP);
    }

    /**
     * Writes a file, in place of one that is there: SVG or PNG by the end of its name.
     *
     * @throws IllegalArgumentException if the name ends in neither {@code .svg} nor {@code .png}, or the directory does not exist
     * @throws UncheckedIOException if the file cannot be written; one that is there is unchanged then
     */
    public void save(Path path) {
        checkGiven(path, "Picture.save", "a path");
        String name = path.toString().toLowerCase(Locale.ROOT);
        checkArgument(
                name.endsWith(SVG) || name.endsWith(PNG),
                "Picture.save expects a name that ends in .svg or .png but got \"%s\"",
                path);
        SavedFile.write(
                "Picture.save",
                path,
                out -> out.write(name.endsWith(SVG) ? svg().getBytes(StandardCharsets.UTF_8) : PngBytes.of(image())));
    }

    /**
     * Opens a window where there is a display, and else saves a file for as long as the JVM runs.
     *
     * @return where it is to be seen
     */
    public Text show() {
        if (!GraphicsEnvironment.isHeadless()) {
            PictureWindow.open(figure.title(), PixelCanvas.paint(figure, 1), image());
            return new Text(this + " in a window");
        }
        try {
            Path file = Files.createTempFile("bn4j-", SVG);
            file.toFile().deleteOnExit();
            save(file);
            return new Text("no display; the picture is in " + file);
        } catch (IOException e) {
            throw new UncheckedIOException("Picture.show expects to write a temporary file but got " + e, e);
        }
    }

    /** The panels, each as a picture of its own: for pages that place them by themselves. */
    public List<Picture> panels() {
        return figure.panels().stream()
                .map(panel -> new Picture(Figure.of(panel)))
                .toList();
    }

    Figure figure() {
        return figure;
    }

    @Override
    public String toString() {
        return "Picture[" + figure.title() + ", " + Math.round(figure.width()) + "×" + Math.round(figure.height())
                + "]";
    }
}
