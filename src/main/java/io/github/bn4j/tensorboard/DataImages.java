package io.github.bn4j.tensorboard;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.PngBytes;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;
import org.tensorflow.framework.Summary;

/** The first examples of a data set as images: from the smallest value of them all, in black, to the largest. */
final class DataImages {

    private static final int RED_GREEN_BLUE = 3;

    private DataImages() {}

    /**
     * Adds the first examples of each input that is images.
     *
     * @throws IllegalArgumentException if none is
     */
    static void add(Events events, Dataset data, int count) {
        Map<String, INDArray> images = new LinkedHashMap<>();
        Map<String, String> shapes = new LinkedHashMap<>();
        Dataset first = data.slice(0, Math.min(count, data.size())).load();
        first.inputs().forEach((name, array) -> {
            long[] shape = array.shape();
            shapes.put(name, Arrays.toString(Arrays.copyOfRange(shape, 1, shape.length)));
            if (shape.length == 4 && (shape[1] == 1 || shape[1] == RED_GREEN_BLUE)) {
                images.put(name, array);
            }
        });
        checkArgument(
                !images.isEmpty(),
                "TensorBoard.images expects an input of images [1, height, width] or [3, height, width] but got %s; leave"
                        + " images out",
                shapes);
        images.forEach((name, array) -> add(events, name, array));
    }

    private static void add(Events events, String input, INDArray array) {
        int channels = (int) array.size(1);
        int height = (int) array.size(2);
        int width = (int) array.size(3);
        double[] values = Floats.values(array);
        double smallest = Arrays.stream(values).min().orElse(0);
        double range = Arrays.stream(values).max().orElse(0) - smallest;
        int plane = height * width;
        for (int example = 0; example < array.size(0); example++) {
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < plane; pixel++) {
                int color = 0;
                for (int c = 0; c < RED_GREEN_BLUE; c++) {
                    int channel = channels == 1 ? 0 : c;
                    double value = values[(example * channels + channel) * plane + pixel] - smallest;
                    color = color << 8 | (range == 0 ? 0 : (int) Math.round(255 * value / range));
                }
                image.setRGB(pixel % width, pixel / width, color);
            }
            events.image("images/" + input + "/" + (example + 1), png(image));
        }
    }

    private static Summary.Image png(BufferedImage image) {
        return Summary.Image.newBuilder()
                .setWidth(image.getWidth())
                .setHeight(image.getHeight())
                .setColorspace(RED_GREEN_BLUE)
                .setEncodedImageString(ByteString.copyFrom(PngBytes.of(image)))
                .build();
    }
}
