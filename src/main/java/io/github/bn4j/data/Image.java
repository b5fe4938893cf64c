package io.github.bn4j.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * An image.
 *
 * @param channels 1, or 3 for red, green and blue
 * @param height in pixels
 * @param width in pixels
 * @param pixels {@code [channels, height, width]} from 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent")
record Image(int channels, int height, int width, float[] pixels) {

    /** Reads a file in any format that there is a reader for, always as red, green and blue. */
    static Image read(Path file) {
        try (ImageInputStream bytes = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(bytes);
            DataException.check(
                    readers.hasNext(),
                    "ImageFolder expects an image in \"%s\" but got a file that is none, or of an unknown format; convert"
                            + " it to PNG or JPEG, or take it out",
                    file);
            ImageReader reader = readers.next();
            try {
                reader.setInput(bytes);
                // Decoded at 4 bytes a pixel and then 3 floats.
                long needed = 16L * reader.getWidth(0) * reader.getHeight(0);
                DataException.check(
                        needed < Runtime.getRuntime().maxMemory(),
                        "ImageFolder expects an image that fits into %s MB in \"%s\" but got %s × %s pixels; make it"
                                + " smaller",
                        Runtime.getRuntime().maxMemory() >> 20,
                        file,
                        reader.getHeight(0),
                        reader.getWidth(0));
                return of(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Readers answer to damaged files with exceptions of any kind.
            throw DataException.of(
                    e,
                    "ImageFolder expects an image in \"%s\" but got a damaged one (%s); get the file again",
                    file,
                    e);
        }
    }

    private static Image of(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        int plane = height * width;
        float[] pixels = new float[3 * plane];
        // getRGB takes grey values for linear light and would brighten them.
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && !(image.getColorModel() instanceof IndexColorModel);
        float white = grey ? (1 << image.getColorModel().getComponentSize(0)) - 1 : 255;
        for (int i = 0; i < plane; i++) {
            int y = i / width;
            int x = i % width;
            int rgb = grey ? 0 : image.getRGB(x, y);
            for (int channel = 0; channel < 3; channel++) {
                int value = grey ? image.getRaster().getSample(x, y, 0) : (rgb >> (16 - 8 * channel)) & 255;
                pixels[channel * plane + i] = value / white;
            }
        }
        return new Image(3, height, width, pixels);
    }

    Image greyscale() {
        int plane = height * width;
        float[] grey = new float[plane];
        for (int i = 0; i < plane; i++) {
            boolean same = pixels[i] == pixels[plane + i] && pixels[i] == pixels[2 * plane + i];
            grey[i] = same
                    ? pixels[i]
                    : (float) (0.299 * pixels[i] + 0.587 * pixels[plane + i] + 0.114 * pixels[2 * plane + i]);
        }
        return new Image(1, height, width, grey);
    }

    /** Each new pixel is the mean of the area that it covers. */
    Image resize(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return this;
        }
        float[] rows = shrink(pixels, channels, height, newHeight, width);
        return new Image(channels, newHeight, newWidth, shrink(rows, channels * newHeight, width, newWidth, 1));
    }

    /** {@code [outer, from, inner]} to {@code [outer, to, inner]} by means over intervals of the middle axis. */
    private static float[] shrink(float[] values, int outer, int from, int to, int inner) {
        float[] result = new float[outer * to * inner];
        double step = (double) from / to;
        for (int o = 0; o < outer; o++) {
            for (int t = 0; t < to; t++) {
                double begin = t * step;
                double end = Math.min(from, begin + step);
                for (int i = 0; i < inner; i++) {
                    double sum = 0;
                    for (int f = (int) begin; f < end; f++) {
                        double share = Math.min(end, f + 1.0) - Math.max(begin, f);
                        sum += share * values[(o * from + f) * inner + i];
                    }
                    result[(o * to + t) * inner + i] = (float) (sum / (end - begin));
                }
            }
        }
        return result;
    }
}
