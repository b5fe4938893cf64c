package io.github.bn4j.inside;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Listing;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Resizing;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Maps over the places of examples: one number for each, whatever the channels. */
final class Maps {

    private Maps() {}

    static INDArray largestOverChannels(INDArray values) {
        double[] all = Floats.values(values);
        if (values.rank() <= 2) {
            return Tensors.of(
                    values.dataType(), Arrays.stream(all).map(Math::abs).toArray(), values.shape());
        }
        int channels = (int) values.size(1);
        double[] largest = new double[all.length / channels];
        int places = largest.length / (int) values.size(0);
        for (int i = 0; i < all.length; i++) {
            int at = i / (channels * places) * places + i % places;
            largest[at] = Math.max(largest[at], Math.abs(all[i]));
        }
        return Tensors.of(values.dataType(), largest, withoutChannels(values.shape()));
    }

    static long[] withoutChannels(long... shape) {
        return LongStream.range(0, shape.length)
                .filter(axis -> axis != 1)
                .map(axis -> shape[(int) axis])
                .toArray();
    }

    /**
     * Maps in another size, linearly between the middles of their elements, as PyTorch's bilinear interpolation without {@code align_corners}.
     *
     * @param maps {@code [examples, height, width]} or {@code [examples, length]}
     * @param size of the result, without the examples
     */
    static INDArray resized(INDArray maps, long... size) {
        int rows = (int) maps.size(0);
        boolean plane = size.length == 2;
        int height = plane ? (int) maps.size(1) : 1;
        int width = (int) maps.size(maps.rank() - 1);
        int toHeight = plane ? (int) size[0] : 1;
        int toWidth = (int) size[size.length - 1];
        double[] vertical = Resizing.Mode.BILINEAR.weights(toHeight, height);
        double[] horizontal = Resizing.Mode.BILINEAR.weights(toWidth, width);
        double[] from = Floats.values(maps);
        double[] to = new double[rows * toHeight * toWidth];
        double[] line = new double[width];
        for (int row = 0; row < rows; row++) {
            for (int y = 0; y < toHeight; y++) {
                Arrays.fill(line, 0);
                for (int i = 0; i < height; i++) {
                    double share = vertical[y * height + i];
                    for (int j = 0; share != 0 && j < width; j++) {
                        line[j] += share * from[(row * height + i) * width + j];
                    }
                }
                for (int x = 0; x < toWidth; x++) {
                    double sum = 0;
                    for (int j = 0; j < width; j++) {
                        sum += horizontal[x * width + j] * line[j];
                    }
                    to[(row * toHeight + y) * toWidth + x] = sum;
                }
            }
        }
        return Tensors.of(
                maps.dataType(),
                to,
                LongStream.concat(LongStream.of(rows), LongStream.of(size)).toArray());
    }

    static String shape(INDArray array) {
        return Arrays.toString(array.shape());
    }

    static String listed(List<?> all) {
        return Listing.of(all);
    }
}
