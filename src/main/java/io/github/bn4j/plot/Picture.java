package io.github.bn4j.plot;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkDirectoryOf;

import io.github.bn4j.internal.AtomicFile;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.train.History;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.imageio.ImageIO;

/**
 * A drawing. Needs no screen. XChart draws; whoever wants pictures adds {@code org.knowm.xchart:xchart} to the dependencies,
 * which bn4j leaves out of everybody else's.
 */
public final class Picture {

    private static final String XCHART = "org.knowm.xchart:xchart:3.8.8";

    private final BufferedImage image;

    private Picture(BufferedImage image) {
        this.image = image;
    }

    /**
     * Each batch normalisation of a report in a row: running means beside those of the data, the same of standard
     * deviations, and gamma and beta, channel by channel.
     *
     * @throws IllegalArgumentException if the report has no batch normalisation
     * @throws IllegalStateException if XChart is not on the class path
     */
    public static Picture of(BatchNormReport report) {
        checkArgument(
                !report.norms().isEmpty(),
                "Picture expects a report with at least one batch normalisation but got none");
        return drawn(() -> BatchNormCharts.draw(report));
    }

    /**
     * The losses of the epochs of a training and, if it was validated with class numbers, the accuracy.
     *
     * @throws IllegalArgumentException if there is no epoch
     * @throws IllegalStateException if XChart is not on the class path
     */
    public static Picture of(History history) {
        checkArgument(!history.epochs().isEmpty(), "Picture expects a history with at least one epoch but got none");
        return drawn(() -> HistoryChart.draw(history));
    }

    private static Picture drawn(Supplier<BufferedImage> drawing) {
        try {
            return new Picture(drawing.get());
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "Picture expects XChart on the class path but got none; add the dependency " + XCHART, missing);
        }
    }

    /** The pixels, which belong to the caller. */
    public BufferedImage image() {
        BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        copy.setData(image.getData());
        return copy;
    }

    /**
     * Writes a PNG file, in place of one that is there.
     *
     * @throws IllegalArgumentException if the name does not end in {@code .png}, or the directory does not exist
     */
    public void save(Path path) {
        checkArgument(
                path.toString().endsWith(".png"), "Picture.save expects a name that ends in .png but got \"%s\"", path);
        checkDirectoryOf("Picture.save", path);
        try {
            AtomicFile.replace(path, out -> ImageIO.write(image, "png", out));
        } catch (IOException e) {
            throw new UncheckedIOException("Picture.save expects to write \"" + path + "\" but got " + e, e);
        }
    }

    @Override
    public String toString() {
        return "Picture[" + image.getWidth() + "×" + image.getHeight() + "]";
    }
}
