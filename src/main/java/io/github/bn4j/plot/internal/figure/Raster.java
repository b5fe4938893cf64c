package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.internal.PngBytes;
import java.awt.image.BufferedImage;

/**
 * Pixels.
 *
 * @param pixels {@code 0xAARRGGBB}, row by row. Not modified.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Raster(int width, int height, int[] pixels) {

    public Raster {
        checkArgument(
                width >= 1 && height >= 1 && pixels.length == width * height,
                "Raster expects %s×%s pixels but got %s",
                width,
                height,
                pixels.length);
    }

    /** An image of them. */
    BufferedImage image() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, width, height, pixels, 0, width);
        return image;
    }

    /** A PNG file of them. */
    byte[] png() {
        return PngBytes.of(image());
    }
}
