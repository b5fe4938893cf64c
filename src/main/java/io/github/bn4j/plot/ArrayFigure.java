package io.github.bn4j.plot;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.plot.internal.figure.Bars;
import io.github.bn4j.plot.internal.figure.Chart;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.HeatMap;
import io.github.bn4j.plot.internal.figure.ImageGrid;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Panel;
import io.github.bn4j.plot.internal.figure.Tile;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array as bars, as a table of colours or as images, by its rank. */
final class ArrayFigure {

    /** Side by side. */
    private static final int COLUMNS = 8;

    private static final double SIDE = 72;
    private static final int MOST_IMAGES = 256;

    private ArrayFigure() {}

    static Figure of(String title, INDArray array) {
        checkArgument(
                !array.isEmpty() && array.rank() >= 1 && array.rank() <= 4,
                "Picture expects an array of 1 to 4 axes that is not empty but got %s",
                Arrays.toString(array.shape()));
        double[] values = Floats.values(array);
        return Figure.of(
                switch (array.rank()) {
                    case 1 -> bars(title, values);
                    case 2 -> HeatMap.of(title, rows(values, (int) array.size(1)));
                    case 3 -> images(title, values, array, Math.min(COLUMNS, (int) array.size(0)));
                    default -> images(title, values, array, (int) Math.min(array.size(1), 2L * COLUMNS));
                });
    }

    private static Panel bars(String title, double[] values) {
        double[] numbers = IntStream.range(0, values.length).mapToDouble(i -> i).toArray();
        return Chart.of(title, "", "", List.of(new Bars("", Ink.ofSeries(0), 0.8, numbers, values)));
    }

    private static double[][] rows(double[] values, int width) {
        return IntStream.range(0, values.length / width)
                .mapToObj(row -> Arrays.copyOfRange(values, row * width, (row + 1) * width))
                .toArray(double[][]::new);
    }

    /** Each of what the last two axes hold, all by the same key. */
    private static Panel images(String title, double[] values, INDArray array, int columns) {
        int height = (int) array.size(array.rank() - 2);
        int width = (int) array.size(array.rank() - 1);
        double[][] each = rows(values, height * width);
        Tones tones = Tones.of(values);
        String some = each.length > MOST_IMAGES ? title + ", the first " + MOST_IMAGES + " of " + each.length : title;
        List<Tile> tiles = Arrays.stream(each)
                .limit(MOST_IMAGES)
                .map(pixels -> new Tile(tones.image(pixels, height, width), "", Ink.TEXT))
                .toList();
        return new ImageGrid(some, tiles, columns, SIDE);
    }
}
