package io.github.bn4j.plot;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.ImageGrid;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Raster;
import io.github.bn4j.plot.internal.figure.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Images with what they are, and what a network takes them for. */
final class ExampleFigure {

    private static final int COLUMNS = 8;
    private static final int MOST = 64;
    private static final int COLOURS = 3;
    private static final double SIDE = 64;

    private ExampleFigure() {}

    /**
     * The first images of a data set.
     *
     * @param data with features {@code [examples, channels, height, width]} of 1 or 3 channels
     * @param predicted the name of the class that each is taken for; empty if nobody said
     */
    static Figure of(Dataset data, List<String> predicted) {
        INDArray features = data.features();
        checkArgument(
                features.rank() == 4 && (features.size(1) == 1 || features.size(1) == COLOURS),
                "Picture.ofExamples expects images [1 or 3 channels, height, width] but got examples %s",
                Arrays.toString(Arrays.stream(features.shape()).skip(1).toArray()));
        double[] values = Floats.values(features);
        int height = (int) features.size(2);
        int width = (int) features.size(3);
        int each = (int) features.size(1) * height * width;
        Tones tones = Tones.of(values);
        List<Tile> tiles = new ArrayList<>();
        int wrong = 0;
        for (int i = 0; i < data.size(); i++) {
            double[] pixels = Arrays.copyOfRange(values, i * each, (i + 1) * each);
            Raster image = features.size(1) == 1
                    ? tones.greyImage(pixels, height, width)
                    : tones.colourImage(pixels, height, width);
            String label = label(data, i);
            boolean isWrong = !predicted.isEmpty()
                    && !label.isEmpty()
                    && !predicted.get(i).equals(label);
            wrong += isWrong ? 1 : 0;
            tiles.add(new Tile(image, caption(label, predicted.isEmpty() ? label : predicted.get(i)), ink(isWrong)));
        }
        String title =
                predicted.isEmpty() ? "examples" : "examples, " + wrong + " of " + tiles.size() + " taken for others";
        return Figure.of(new ImageGrid(title, tiles, COLUMNS, SIDE));
    }

    /** The first examples of a data set, as many as are drawn, in memory. */
    static Dataset first(Dataset data) {
        return (data.size() > MOST ? data.slice(0, MOST) : data).load();
    }

    private static Ink ink(boolean wrong) {
        return wrong ? Ink.RED : Ink.TEXT;
    }

    private static String caption(String label, String predicted) {
        return label.equals(predicted) || label.isEmpty() ? predicted : label + " → " + predicted;
    }

    /** The name of the class of an example, or the number that is wanted of it; empty if it is neither. */
    private static String label(Dataset data, int example) {
        if (data.targets().size() != 1 || data.labels().length() != data.size()) {
            return "";
        }
        double label = data.labels().getDouble(example);
        List<String> names = data.classNames();
        boolean whole = label == Math.rint(label);
        if (whole && label >= 0 && label < names.size()) {
            return names.get((int) label);
        }
        return whole ? Long.toString((long) label) : String.format(Locale.ROOT, "%.4g", label);
    }
}
