package io.github.bn4j.spark.internal.norm;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.norm.internal.ModeMeasurement;
import io.github.bn4j.norm.internal.ModeSums;
import io.github.bn4j.norm.internal.ReportedData;
import io.github.bn4j.spark.internal.frame.EncodedRow;
import io.github.bn4j.spark.internal.frame.FramePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of a DataFrame, measured where they are. */
public final class MeasuredFrame extends MeasuredPartitions<EncodedRow> implements ReportedData {

    private final FramePlan plan;

    /**
     * Rows of a DataFrame.
     *
     * @param who who measures, for messages
     * @param network whose model is measured with, as it is at each question
     * @param own classes of ops of its own
     * @param plan how rows become its inputs and, if there is a target, class numbers
     */
    public MeasuredFrame(String who, Network network, Class<?>[] own, Dataset<Row> frame, FramePlan plan) {
        this(who, network, own, plan.encode(frame), plan, () -> {
            long rows = frame.count();
            plan.requireRows(rows);
            return rows;
        });
    }

    /**
     * Rows that are encoded already.
     *
     * @param plan by which they are
     * @param count says how many there are, if it is asked before they are measured
     */
    public MeasuredFrame(
            String who,
            Network network,
            Class<?>[] own,
            JavaRDD<EncodedRow> encoded,
            FramePlan plan,
            LongSupplier count) {
        super(who, network, own, encoded, plan::inputs, count);
        this.plan = plan;
    }

    @Override
    void requireRows(long some) {
        plan.requireRows(some);
    }

    @Override
    public int examplesPerBatch(int batchSize) {
        return batchSize;
    }

    @Override
    public ModeSums modes(Model model, int batchSize) {
        String caller = who;
        FramePlan encoding = plan;
        PartitionSums sums = sums((partition, examples, broadcast) -> {
            try (ModeMeasurement measurement =
                    new ModeMeasurement(caller, broadcast.value().copy().model(), batchSize)) {
                long read = examples.forEachBatch(batchSize, batch -> {
                    if (batch.size() == batchSize) {
                        measurement.add(encoding.inputs(batch), encoding.classNumbers(batch));
                    }
                });
                ModeSums modes = measurement.sums();
                List<Moments> moments = new ArrayList<>();
                modes.norms().forEach(norm -> {
                    moments.add(norm.means());
                    moments.add(norm.variances());
                });
                return PartitionSums.of(partition, read, modes.totals(), moments);
            }
        });
        checkArgument(
                sums.mostRows() >= batchSize,
                "%s expects a partition with at least %s rows, a batch in training mode, but got %s in the largest; coalesce them, or"
                        + " ask for smaller batches",
                who,
                batchSize,
                sums.mostRows());
        ModeSums all = ModeMeasurement.sums(model);
        System.arraycopy(sums.totals(), 0, all.totals(), 0, all.totals().length);
        for (int i = 0; i < all.norms().size(); i++) {
            PartitionSums.Part means = sums.moments().get(2 * i);
            PartitionSums.Part variances = sums.moments().get(2 * i + 1);
            all.norms().get(i).means().add(means.count(), means.means(), means.variances());
            all.norms().get(i).variances().add(variances.count(), variances.means(), variances.variances());
        }
        return all;
    }
}
