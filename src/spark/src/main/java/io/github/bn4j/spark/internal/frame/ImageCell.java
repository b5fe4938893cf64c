package io.github.bn4j.spark.internal.frame;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * An image as Spark's data source {@code image} reads them: rows of pixels of bytes in the order blue, green, red, alpha. It
 * becomes {@code [channels, height, width]} from 0 to 1 in the order red, green, blue, as {@code ImageFolder} has them;
 * transparency is ignored.
 *
 * @param channels 3 for colours, which grey images become too, or 1 for grey, 0.299 red + 0.587 green + 0.114 blue (ITU-R
 *     BT.601) of coloured ones
 * @param height in pixels
 * @param width in pixels
 */
record ImageCell(int channels, int height, int width) implements CellReader {

    static final String HEIGHT = "height";
    private static final String WIDTH = "width";
    private static final String CHANNELS = "nChannels";
    private static final String DATA = "data";

    /** Whether a column has the fields of Spark's images that count here. */
    static boolean isImage(StructType type) {
        return has(type, HEIGHT, "int")
                && has(type, WIDTH, "int")
                && has(type, CHANNELS, "int")
                && has(type, DATA, "binary");
    }

    private static boolean has(StructType type, String name, String simple) {
        for (StructField field : type.fields()) {
            if (field.name().equals(name)) {
                return field.dataType().simpleString().equals(simple);
            }
        }
        return false;
    }

    @Override
    public void read(@Nullable Object cell, double[] to) {
        if (cell == null) {
            throw Misfit.missing("images of " + height + " × " + width + " pixels");
        }
        Row image = (Row) cell;
        int rows = image.<Integer>getAs(HEIGHT);
        int columns = image.<Integer>getAs(WIDTH);
        int colours = image.<Integer>getAs(CHANNELS);
        byte @Nullable [] bytes = image.getAs(DATA);
        if (bytes == null || rows < 1 || columns < 1 || bytes.length != (long) rows * columns * colours) {
            throw new Misfit(
                    "images",
                    (bytes == null ? 0 : bytes.length) + " bytes for " + rows + " × " + columns + " pixels of "
                            + colours + " bytes",
                    "leave files out that are no images by option(\"dropInvalid\", true)");
        }
        if (colours != 1 && colours != 3 && colours != 4) {
            throw new Misfit("images with 1, 3 or 4 bytes per pixel", colours + " of them", "convert them");
        }
        if (rows != height || columns != width) {
            throw new Misfit(
                    "images of " + height + " × " + width + " pixels",
                    rows + " × " + columns,
                    "resize them to the input of the network");
        }
        int plane = height * width;
        for (int pixel = 0; pixel < plane; pixel++) {
            int at = pixel * colours;
            float blue = part(bytes[at]);
            float green = colours == 1 ? blue : part(bytes[at + 1]);
            float red = colours == 1 ? blue : part(bytes[at + 2]);
            if (channels == 3) {
                to[pixel] = red;
                to[plane + pixel] = green;
                to[2 * plane + pixel] = blue;
            } else {
                boolean grey = red == green && green == blue;
                to[pixel] = grey ? red : (float) (0.299 * red + 0.587 * green + 0.114 * blue);
            }
        }
    }

    private static float part(byte value) {
        return (value & 255) / 255f;
    }
}
