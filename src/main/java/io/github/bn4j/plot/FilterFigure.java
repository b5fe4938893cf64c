package io.github.bn4j.plot;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.ImageGrid;
import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Raster;
import io.github.bn4j.plot.internal.figure.Tile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The kernels of a convolution. */
final class FilterFigure {

    private static final String WEIGHT = ".weight";
    private static final int COLOURS = 3;
    private static final int MOST = 256;
    private static final int MOST_COLUMNS = 16;
    private static final int COLUMNS = 8;

    private FilterFigure() {}

    /** Filters of three channels as colours, a tile each; of others a row for each filter and a column for each channel. */
    static Figure of(Network network, String layer) {
        String name = layer + WEIGHT;
        List<String> convolutions = network.parameters().names().stream()
                .filter(each ->
                        each.endsWith(WEIGHT) && network.parameters().get(each).rank() == 4)
                .map(each -> each.substring(0, each.length() - WEIGHT.length()))
                .toList();
        checkArgument(
                convolutions.contains(layer),
                "Picture.ofFilters expects the path of a convolution but got \"%s\"; there are %s",
                layer,
                convolutions);
        INDArray weight = network.parameters().get(name);
        double[] values = Floats.values(weight);
        int channels = (int) weight.size(1);
        int height = (int) weight.size(2);
        int width = (int) weight.size(3);
        Tones tones = Tones.of(values);
        boolean colours = channels == COLOURS;
        int perTile = colours ? COLOURS * height * width : height * width;
        int count = values.length / perTile;
        List<Tile> tiles = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST, count); i++) {
            double[] some = Arrays.copyOfRange(values, i * perTile, (i + 1) * perTile);
            Raster image = colours ? tones.colourImage(some, height, width) : tones.image(some, height, width);
            tiles.add(new Tile(image, "", Ink.TEXT));
        }
        int columns = colours || channels == 1 ? COLUMNS : Math.min(channels, MOST_COLUMNS);
        String title = "filters of " + layer + (count > MOST ? ", the first " + MOST + " of " + count : "");
        return Figure.of(new ImageGrid(title, tiles, columns, columns > COLUMNS ? 24 : 48));
    }
}
