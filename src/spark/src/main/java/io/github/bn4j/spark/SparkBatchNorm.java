package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.Network;
import io.github.bn4j.graph.internal.LayerPatterns;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.norm.Recalibration;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.norm.MeasuredFrame;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The batch normalisations of a network, measured on all rows of a DataFrame where they are: {@code
 * SparkBatchNorm.of(net).recalibrate(frame, "features")} does what {@link Network#recalibrate} does, for data that one machine does
 * not hold.
 *
 * <p>Each partition yields number, mean and variance per channel, and these are merged exactly (Chan, Golub and LeVeque 1979), so that the
 * result does not depend on how rows are spread, up to rounding: in float64 it is that of one machine to 1e-12. The same partitions
 * give the same bits. A row is read once for each round of batch normalisations that do not depend on each other, in a job of its
 * own; cache a frame that is expensive to compute.
 */
public final class SparkBatchNorm {

    private static final String RECALIBRATE = "recalibrate";
    private static final String REPORT = "batchNormReport";
    private static final int BATCH = 32;

    private final Network network;
    private final Class<?>[] own;

    private SparkBatchNorm(Network network, Class<?>... own) {
        this.network = network;
        this.own = own;
    }

    /**
     * The batch normalisations of a network.
     *
     * @param own classes of ops of your own in it, as for {@link Network#load}; executors have to have them on their class path
     */
    public static SparkBatchNorm of(Network network, Class<?>... own) {
        checkGiven(network, "SparkBatchNorm", "a Network");
        checkEachGiven(own, "SparkBatchNorm", "classes of ops");
        return new SparkBatchNorm(network, own.clone());
    }

    /**
     * Replaces the running averages of the network by the mean and variance of what comes to them on all rows, as {@link
     * Network#recalibrate} does.
     *
     * @param features the column of the only input
     * @param layers paths or patterns as for {@link Network#recalibrate}; all if none is named
     * @throws IllegalArgumentException if a column does not fit, a row cannot be used, or there is one value per channel; the network is
     *     unchanged then
     * @throws IllegalStateException if a batch normalisation is used at one place behind another, or values are not finite; the
     *     network is unchanged then
     */
    @CanIgnoreReturnValue
    public Recalibration recalibrate(Dataset<?> frame, String features, String... layers) {
        return recalibrate(frame, FrameColumns.of(RECALIBRATE, network.graph(), features), layers);
    }

    /**
     * Replaces running averages like {@link #recalibrate(Dataset, String, String...)}, for a network with several inputs.
     *
     * @param columns by the names of the inputs
     */
    @CanIgnoreReturnValue
    public Recalibration recalibrate(Dataset<?> frame, Map<String, String> columns, String... layers) {
        return recalibrate(frame, FrameColumns.of(RECALIBRATE, network.graph(), columns), layers);
    }

    private Recalibration recalibrate(Dataset<?> frame, FrameColumns columns, String... layers) {
        MeasuredFrame data = measured(RECALIBRATE, frame, columns);
        return Recalibration.of(
                network.model(), data, LayerPatterns.batchNorms(RECALIBRATE, network.graph(), layers)::contains);
    }

    /**
     * Looks at each batch normalisation on all rows, as {@link Network#batchNormReport(io.github.bn4j.data.Dataset)} does.
     * Batches in training mode are of neighbours in a partition, so rows that are sorted by class want a shuffle before; rows that fill no
     * batch of 32 are left out of them. Changes no parameter.
     *
     * @param features the column of the only input
     * @throws IllegalArgumentException if a column does not fit, a row cannot be used, or no partition has a batch
     */
    public BatchNormReport report(Dataset<?> frame, String features) {
        return report(frame, features, BATCH);
    }

    /** Looks at each batch normalisation like {@link #report(Dataset, String)}, for the noise of batches of {@code batchSize}. */
    public BatchNormReport report(Dataset<?> frame, String features, int batchSize) {
        return report(frame, FrameColumns.of(REPORT, network.graph(), features), batchSize);
    }

    /**
     * Looks at each batch normalisation like {@link #report(Dataset, String)}, and at the losses of both modes by class numbers.
     *
     * @param label the column with the numbers or names of classes
     */
    public BatchNormReport report(Dataset<?> frame, String features, String label, int batchSize) {
        FrameColumns columns =
                FrameColumns.of(REPORT, network.graph(), features).label(REPORT, network.graph(), label);
        return report(frame, columns, batchSize);
    }

    private BatchNormReport report(Dataset<?> frame, FrameColumns columns, int batchSize) {
        return BatchNormReport.of(network.model(), measured(REPORT, frame, columns), batchSize);
    }

    private MeasuredFrame measured(String who, Dataset<?> frame, FrameColumns columns) {
        checkGiven(frame, who, "a DataFrame");
        Dataset<Row> rows = frame.toDF();
        FramePlan plan = FramePlan.of(who, network.graph(), network.parameters().type(), columns, rows.schema())
                .withClasses(rows, network);
        return new MeasuredFrame(who, network, own, rows, plan);
    }

    @Override
    public String toString() {
        return "SparkBatchNorm[" + network.graph().outputs().keySet() + "]";
    }
}
