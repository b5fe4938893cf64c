package io.github.bn4j.plot;

import io.github.bn4j.plot.internal.figure.Ink;
import io.github.bn4j.plot.internal.figure.Raster;
import java.util.Arrays;

/**
 * From values to colours: of what has both signs, blue above 0 and orange below, the stronger the larger; of anything else, grey from
 * black for the smallest to white for the largest. Of what is not finite, nothing.
 *
 * @param low the smallest
 * @param high the largest
 */
record Tones(double low, double high) {

    private static final int OPAQUE = 0xff000000;
    private static final int FULL = 255;

    /** Those that tell these values apart. */
    static Tones of(double... values) {
        double low = Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
        double high = Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
        return new Tones(low, high);
    }

    /** An image of one channel, row by row. */
    Raster image(double[] values, int height, int width) {
        boolean signed = low < 0 && high > 0;
        int[] pixels = Arrays.stream(values)
                .mapToInt(value -> !Double.isFinite(value) ? 0 : signed ? signed(value) : grey(value))
                .toArray();
        return new Raster(width, height, pixels);
    }

    /** An image of red, green and blue, one after the other. */
    Raster colourImage(double[] values, int height, int width) {
        int size = height * width;
        int[] pixels = new int[size];
        for (int i = 0; i < size; i++) {
            pixels[i] = OPAQUE | level(values[i]) << 16 | level(values[size + i]) << 8 | level(values[2 * size + i]);
        }
        return new Raster(width, height, pixels);
    }

    /** An image of one channel in grey, whatever its signs. */
    Raster greyImage(double[] values, int height, int width) {
        return new Raster(
                width, height, Arrays.stream(values).mapToInt(this::grey).toArray());
    }

    private int grey(double value) {
        return OPAQUE | level(value) * 0x010101;
    }

    private int level(double value) {
        double share = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0;
        return (int) Math.round(FULL * Math.max(0, Math.min(1, share)));
    }

    private int signed(double value) {
        double strongest = Math.max(-low, high);
        return (int) Math.round(FULL * Math.abs(value / strongest)) << 24 | (value < 0 ? Ink.ORANGE : Ink.BLUE).light();
    }
}
