package io.github.bn4j.plot;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.inside.ScoredClass;
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

/** Images, and beside each the same under a map that says where its score comes from, each map from its own smallest to its own largest value. */
final class SaliencyFigure {

    private static final int PAIRS_SIDE_BY_SIDE = 4;
    private static final int MOST_IMAGES = 64;
    private static final double SIDE = 96;
    private static final double STRONGEST = 0.85;
    private static final int OPAQUE = 0xff000000;

    private SaliencyFigure() {}

    /**
     * Maps over images.
     *
     * @param images {@code [images, channels, height, width]}: of 3 channels red, green and blue, of others their mean as grey
     * @param maps {@code [images, height, width]}
     */
    static Figure of(String title, INDArray images, INDArray maps, List<ScoredClass> scored) {
        checkArgument(
                images.rank() == 4
                        && maps.rank() == 3
                        && images.size(0) == maps.size(0)
                        && images.size(2) == maps.size(1)
                        && images.size(3) == maps.size(2),
                "Picture expects the images [images, channels, height, width] that maps %s are of but got %s; draw maps without"
                        + " images by Picture.of(title, array)",
                Arrays.toString(maps.shape()),
                Arrays.toString(images.shape()));
        int height = (int) images.size(2);
        int width = (int) images.size(3);
        int channels = (int) images.size(1);
        int size = height * width;
        double[] pixels = Floats.values(images);
        double[] all = Floats.values(maps);
        Tones tones = Tones.of(pixels);
        List<Tile> tiles = new ArrayList<>();
        int shown = Math.min(MOST_IMAGES, scored.size());
        for (int i = 0; i < shown; i++) {
            double[] own = Arrays.copyOfRange(pixels, i * channels * size, (i + 1) * channels * size);
            Raster image = channels == 3
                    ? tones.colourImage(own, height, width)
                    : tones.greyImage(mean(own, channels, size), height, width);
            double[] map = Arrays.copyOfRange(all, i * size, (i + 1) * size);
            tiles.add(new Tile(image, scored.get(i).name(), Ink.TEXT));
            tiles.add(new Tile(under(image, map), "", Ink.TEXT));
        }
        String some = scored.size() > shown ? title + ", the first " + shown + " of " + scored.size() : title;
        return Figure.of(new ImageGrid(some, tiles, 2 * Math.min(PAIRS_SIDE_BY_SIDE, shown), SIDE));
    }

    private static double[] mean(double[] values, int channels, int size) {
        double[] mean = new double[size];
        for (int i = 0; i < values.length; i++) {
            mean[i % size] += values[i] / channels;
        }
        return mean;
    }

    private static Raster under(Raster image, double... map) {
        double low = Math.min(0, Arrays.stream(map).min().orElse(0));
        double high = Arrays.stream(map).max().orElse(0);
        int[] mixed = new int[map.length];
        for (int i = 0; i < mixed.length; i++) {
            double share = high > low ? STRONGEST * (map[i] - low) / (high - low) : 0;
            mixed[i] =
                    OPAQUE | channel(image, i, 16, share) | channel(image, i, 8, share) | channel(image, i, 0, share);
        }
        return new Raster(image.width(), image.height(), mixed);
    }

    private static int channel(Raster image, int pixel, int shift, double share) {
        int before = (image.pixels()[pixel] >> shift) & 0xff;
        int colour = (Ink.ORANGE.light() >> shift) & 0xff;
        return (int) Math.round(before + share * (colour - before)) << shift;
    }
}
