package io.github.bn4j.tensorboard;

import java.util.Arrays;
import org.tensorflow.framework.HistogramProto;

/** How many values lie where: 30 buckets of equal width from the smallest to the largest, as TensorFlow 2 has them. */
final class Histogram {

    /* Readers take min and max for the outer edges. A bucket without width would not be drawn, so that of values that are all the
     * same, as gamma at the start, reaches half a unit to either side; TensorFlow 2 does so too. */

    private static final int BUCKETS = 30;
    private static final double HALF_WIDTH = 0.5;

    private Histogram() {}

    /** The buckets of some finite values, at least one. */
    static HistogramProto of(double[] values) {
        double smallest = Arrays.stream(values).min().orElseThrow();
        double largest = Arrays.stream(values).max().orElseThrow();
        HistogramProto.Builder histogram = HistogramProto.newBuilder()
                .setNum(values.length)
                .setSum(Arrays.stream(values).sum())
                .setSumSquares(Arrays.stream(values).map(value -> value * value).sum());
        double width = largest / BUCKETS - smallest / BUCKETS;
        if (smallest + width == smallest || largest - width == largest) {
            return histogram
                    .setMin(smallest - HALF_WIDTH)
                    .setMax(largest + HALF_WIDTH)
                    .addBucketLimit(largest + HALF_WIDTH)
                    .addBucket(values.length)
                    .build();
        }
        int[] counts = new int[BUCKETS];
        for (double value : values) {
            counts[Math.min(BUCKETS - 1, (int) (value / width - smallest / width))]++;
        }
        histogram.setMin(smallest).setMax(largest);
        for (int i = 0; i < BUCKETS; i++) {
            histogram.addBucketLimit(i == BUCKETS - 1 ? largest : smallest + (i + 1) * width);
            histogram.addBucket(counts[i]);
        }
        return histogram.build();
    }
}
