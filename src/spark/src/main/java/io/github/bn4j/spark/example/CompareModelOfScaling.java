package io.github.bn4j.spark.example;

import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.spark.SparkTrainer;
import io.github.bn4j.spark.scaling.ClusterMeasurement;
import io.github.bn4j.spark.scaling.ScalingModel;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Sets what the model of scaling says of a step beside what steps take. With {@code OMP_NUM_THREADS=1} in the environment, as all workers of
 * {@code local[4]} are in one process.
 */
public final class CompareModelOfScaling {

    /** Of each worker. */
    private static final int BATCH = 64;

    private static final int EPOCHS = 3;
    private static final int COPIES = 4;
    private static final double MILLI = 1e3;

    private CompareModelOfScaling() {}

    /** Takes numbers of workers, 2 and 4 if there are none. */
    public static void main(String[] arguments) throws IOException {
        List<Integer> workers = arguments.length > 0
                ? Arrays.stream(arguments).map(Integer::valueOf).toList()
                : List.of(2, 4);
        SparkConf settings = new SparkConf()
                .setAppName("model of scaling")
                .setIfMissing("spark.master", "local[4]")
                .setIfMissing("spark.ui.enabled", "false");
        try (SparkSession spark = SparkSession.builder().config(settings).getOrCreate()) {
            spark.sparkContext().setLogLevel("ERROR");
            Dataset<Row> digits = ClassifyDigits.digits(spark);
            Dataset<Row> several = digits;
            for (int copy = 1; copy < COPIES; copy++) {
                several = several.union(digits);
            }
            Dataset<Row> frame = several.cache();
            workers.forEach(k -> System.out.println(line(spark, frame, k)));
        }
    }

    /** What the model says of so many workers, and what the fastest epoch has taken. */
    static String line(SparkSession spark, Dataset<Row> frame, int workers) {
        Network network = network();
        io.github.bn4j.data.Dataset batch = Digits.load().slice(0, BATCH);
        ScalingModel model = ClusterMeasurement.of(spark, network, Loss.softmaxCrossEntropy(), batch, workers);
        History history = SparkTrainer.of(network)
                .workers(workers)
                .loss(Loss.softmaxCrossEntropy())
                .epochs(EPOCHS)
                .batchSize(BATCH * workers)
                .fit(frame, "features", "label");
        double steps = Math.ceil((double) frame.count() / (BATCH * workers));
        double fastest =
                history.epochs().stream().mapToDouble(Epoch::seconds).min().orElseThrow();
        return String.format(
                Locale.ROOT,
                "%d workers: arithmetic %.2f ms, a step by the model %.2f ms, a step %.2f ms",
                workers,
                MILLI * Arrays.stream(model.work().seconds()).average().orElseThrow(),
                MILLI * model.synchronous(workers),
                MILLI * fastest / steps);
    }

    private static Network network() {
        return Network.input(1, 8, 8)
                .conv2d(32, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .conv2d(64, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .conv2d(64, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42);
    }
}
