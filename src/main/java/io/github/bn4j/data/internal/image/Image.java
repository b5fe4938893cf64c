package io.github.bn4j.data.internal.image;

import io.github.bn4j.data.DataException;
import io.github.bn4j.data.internal.file.ReadableFile;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.SampleModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * An image.
 *
 * @param channels 1, or 3 for red, green and blue
 * @param height in pixels
 * @param width in pixels
 * @param pixels {@code [channels, height, width]} from 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record Image(int channels, int height, int width, float[] pixels) {

    private static final String WHO = "ImageFolder";

    // A byte of deflate unpacks to at most 1032 (RFC 1951), of 8 pixels each where a pixel has one bit; of the other
    // formats of
    // the JDK only TIFF has a denser packing, that of fax pages.
    private static final long MOST_PIXELS_PER_BYTE = 8 * 1032;

    /** Of each byte its part of 255. A division for each would take as long as half of reading a photograph. */
    private static final float[] PARTS = new float[256];

    static {
        for (int value = 0; value < PARTS.length; value++) {
            PARTS[value] = value / 255f;
        }
    }

    // What is left of an image that ends early, or goes on elsewhere, is grey. Bytes between the image and its end are
    // not.
    private static final Pattern DAMAGE = Pattern.compile(
            "(?i).*(truncated|premature|corrupt|inconsistent|unexpected|damaged).*(?<!extraneous bytes before marker 0xd9)");

    /** Reads a file in any format that there is a reader for, always as red, green and blue, and upright. */
    public static Image read(Path file) {
        byte[] bytes = new ReadableFile(WHO, file).bytes();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            DataException.check(
                    readers.hasNext(),
                    "ImageFolder expects an image in \"%s\" but got a file that is none, or of an unknown format; convert"
                            + " it to PNG or JPEG, or take it out",
                    file);
            Png.requireWhole(bytes);
            ImageReader reader = readers.next();
            try {
                List<String> warnings = new ArrayList<>();
                reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
                reader.setInput(stream);
                int orientation = Exif.orientation(bytes);
                requireRoom(reader, file, bytes.length, orientation);
                BufferedImage image = reader.read(0);
                for (String warning : warnings) {
                    if (DAMAGE.matcher(warning).matches()) {
                        throw new IOException(warning);
                    }
                }
                return of(image).upright(orientation);
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

    /** Checks the size that a file claims, before memory is taken for it. */
    private static void requireRoom(ImageReader reader, Path file, long size, int orientation) throws IOException {
        int height = reader.getHeight(0);
        int width = reader.getWidth(0);
        long pixels = (long) height * width;
        boolean fax = reader.getFormatName().toLowerCase(Locale.ROOT).startsWith("tif");
        DataException.check(
                fax || pixels <= MOST_PIXELS_PER_BYTE * size,
                "ImageFolder expects the pixels of an image in \"%s\" but got %s bytes for %s × %s of them; get the file"
                        + " again",
                file,
                size,
                height,
                width);
        SampleModel samples = reader.getImageTypes(0).next().getSampleModel();
        int type = samples.getDataType();
        DataException.check(
                type == DataBuffer.TYPE_BYTE
                        || type == DataBuffer.TYPE_USHORT
                        || (type == DataBuffer.TYPE_INT
                                && samples.getNumDataElements() == 1
                                && samples.getNumBands() > 1),
                "ImageFolder expects up to 16 bits for each colour of a pixel in \"%s\" but got other numbers; convert it to"
                        + " PNG",
                file);
        // The file, the decoded image, and 3 floats a pixel, twice if the image is turned.
        long decoded = (long) samples.getNumDataElements() * DataBuffer.getDataTypeSize(type) / 8;
        long needed = size + (decoded + (orientation == 1 ? 12 : 24)) * pixels;
        DataException.check(
                needed < Runtime.getRuntime().maxMemory() && 3 * pixels < Integer.MAX_VALUE - 8,
                "ImageFolder expects an image that fits into %s MB in \"%s\" but got %s × %s pixels; make it smaller, or start"
                        + " Java with a larger -Xmx",
                Runtime.getRuntime().maxMemory() >> 20,
                file,
                height,
                width);
    }

    private static Image of(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        int plane = height * width;
        float[] pixels = new float[3 * plane];
        if (hasBytesOfBlueGreenRed(image)) {
            byte[] bytes = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            for (int channel = 0; channel < 3; channel++) {
                for (int i = 0; i < plane; i++) {
                    pixels[channel * plane + i] = PARTS[bytes[3 * i + 2 - channel] & 255];
                }
            }
            return new Image(3, height, width, pixels);
        }
        Colours colours = Colours.of(image);
        for (int i = 0; i < plane; i++) {
            colours.read(i % width, i / width, pixels, i, plane);
        }
        return new Image(3, height, width, pixels);
    }

    /** As readers of JPEG and of most PNG files leave them, so that pixels need not be asked for one by one. */
    private static boolean hasBytesOfBlueGreenRed(BufferedImage image) {
        return image.getType() == BufferedImage.TYPE_3BYTE_BGR
                && image.getColorModel().getColorSpace().isCS_sRGB()
                && image.getRaster().getDataBuffer() instanceof DataBufferByte buffer
                && buffer.getOffset() == 0
                && buffer.getSize() == 3 * image.getHeight() * image.getWidth();
    }

    /** Red, green and blue of pixels, from 0 to 1. */
    @FunctionalInterface
    private interface Colours {

        void read(int x, int y, float[] to, int position, int plane);

        static Colours of(BufferedImage image) {
            int bits = image.getColorModel().getComponentSize(0);
            float white = (1 << bits) - 1;
            if (image.getColorModel() instanceof IndexColorModel) {
                return ofRgb(image);
            }
            // The JDK takes grey values and inks for linear light, and would brighten them.
            return switch (image.getColorModel().getColorSpace().getType()) {
                case ColorSpace.TYPE_GRAY ->
                    (x, y, to, position, plane) -> {
                        float grey = image.getRaster().getSample(x, y, 0) / white;
                        to[position] = grey;
                        to[plane + position] = grey;
                        to[2 * plane + position] = grey;
                    };
                case ColorSpace.TYPE_CMYK ->
                    (x, y, to, position, plane) -> {
                        float light = 1 - image.getRaster().getSample(x, y, 3) / white;
                        for (int channel = 0; channel < 3; channel++) {
                            float ink = image.getRaster().getSample(x, y, channel) / white;
                            to[channel * plane + position] = (1 - ink) * light;
                        }
                    };
                default -> ofRgb(image);
            };
        }

        private static Colours ofRgb(BufferedImage image) {
            return (x, y, to, position, plane) -> {
                int rgb = image.getRGB(x, y);
                for (int channel = 0; channel < 3; channel++) {
                    to[channel * plane + position] = PARTS[rgb >> (16 - 8 * channel) & 255];
                }
            };
        }
    }

    /**
     * The image as it is to be seen.
     *
     * @param orientation where row 0 and column 0 are to be seen, as Exif numbers it
     */
    Image upright(int orientation) {
        if (orientation == 1) {
            return this;
        }
        boolean lying = orientation > 4;
        int newHeight = lying ? width : height;
        int newWidth = lying ? height : width;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        float[] turned = new float[pixels.length];
        for (int i = 0; i < turned.length; i++) {
            int channel = i / (newHeight * newWidth);
            int y = i / newWidth % newHeight;
            int x = i % newWidth;
            int row = lying ? x : y;
            int column = lying ? y : x;
            turned[i] = pixels[
                    (channel * height + (fromBottom ? height - 1 - row : row)) * width
                            + (fromRight ? width - 1 - column : column)];
        }
        return new Image(channels, newHeight, newWidth, turned);
    }

    public Image greyscale() {
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
    public Image resize(int newHeight, int newWidth) {
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
