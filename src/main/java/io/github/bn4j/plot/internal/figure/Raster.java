package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image(), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
