package io.github.bn4j.spark.internal.norm;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.norm.internal.ModeMeasurement;
import io.github.bn4j.norm.internal.ModeSums;
import io.github.bn4j.norm.internal.NormMeasurement;
import io.github.bn4j.norm.internal.ReportedData;
import io.github.bn4j.spark.internal.frame.EncodedRow;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.frame.TaskFailure;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The rows of a DataFrame, measured where they are, in one job for each question. Each partition is measured batch by batch; what partitions
 * give is merged in two levels, always in the same order.
 */
public final class MeasuredFrame implements ReportedData {

    private static final int BATCH = 256;

    /** Fewer partitions than that are merged by the driver alone. */
    private static final int PARTS = 32;

    private final String who;
    private final Network network;
    private final Class<?>[] own;
    private final JavaRDD<EncodedRow> encoded;
    private final FramePlan plan;
    private final LongSupplier count;
    private long rows = -1;

    /**
     * Rows of a DataFrame.
     *
     * @param who who measures, for messages
     * @param network whose model is measured with, as it is at each question
     * @param own classes of ops of its own
     * @param plan how rows become its inputs and, if there is a target, class numbers
     */
    public MeasuredFrame(String who, Network network, Class<?>[] own, Dataset<Row> frame, FramePlan plan) {
        this(who, network, own, plan.encode(frame), plan, frame::count);
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
        this.who = who;
        this.network = network;
        this.own = own;
        this.encoded = encoded;
        this.plan = plan;
        this.count = count;
    }

    @Override
    public long examples() {
        if (rows < 0) {
            rows = count.getAsLong();
            plan.requireRows(rows);
        }
        return rows;
    }

    @Override
    public int examplesPerBatch(int batchSize) {
        return batchSize;
    }

    @Override
    public List<Moments> measure(Model model, List<String> runningMeans) {
        String caller = who;
        FramePlan encoding = plan;
        List<String> wanted = new ArrayList<>(runningMeans);
        PartitionSums sums = sums((partition, examples, broadcast) -> {
            Model copy = broadcast.value().shared().model();
            try (NormMeasurement measurement = NormMeasurement.of(caller, copy, wanted)) {
                long read = examples.forEachBatch(BATCH, batch -> measurement.add(encoding.inputs(batch)));
                return PartitionSums.of(partition, read, new double[0], measurement.moments());
            }
        });
        return IntStream.range(0, runningMeans.size()).mapToObj(sums::moments).toList();
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

    /** What one partition gives. */
    @FunctionalInterface
    private interface Task extends java.io.Serializable {

        PartitionSums run(int partition, Examples examples, Broadcast<PortableNetwork> network) throws Exception;
    }

    /** The examples of a partition, which is not held as a whole. */
    private record Examples(Iterator<EncodedRow> rows) {

        /** Hands them on in batches, of which the last may be smaller; returns how many there are. */
        long forEachBatch(int size, Consumer<List<EncodedRow>> sink) {
            long read = 0;
            while (rows.hasNext()) {
                List<EncodedRow> batch = new ArrayList<>();
                while (batch.size() < size && rows.hasNext()) {
                    batch.add(rows.next());
                }
                sink.accept(batch);
                read += batch.size();
            }
            return read;
        }
    }

    private PartitionSums sums(Task task) {
        Broadcast<PortableNetwork> broadcast = PortableNetwork.of(network, own).broadcast(encoded.context());
        JavaRDD<PartitionSums> parts = encoded.mapPartitionsWithIndex(
                (partition, examples) -> List.of(task.run(partition, new Examples(examples), broadcast))
                        .iterator(),
                false);
        PartitionSums sums = TaskFailure.unwrapped(() -> {
            try {
                List<PartitionSums> all = grouped(parts).collect();
                plan.requireRows(all.size());
                return PartitionSums.merged(all);
            } finally {
                broadcast.destroy();
            }
        });
        plan.requireRows(sums.rows());
        rows = sums.rows();
        return sums;
    }

    /** Fewer parts, each of neighbours, merged in tasks. */
    private static JavaRDD<PartitionSums> grouped(JavaRDD<PartitionSums> parts) {
        int count = parts.getNumPartitions();
        if (count < PARTS) {
            return parts;
        }
        int size = (int) Math.ceil(Math.sqrt(count));
        return parts.mapToPair(part -> new Tuple2<>(part.first() / size, part))
                .groupByKey((count + size - 1) / size)
                .map(group -> {
                    List<PartitionSums> all = new ArrayList<>();
                    group._2().forEach(all::add);
                    return PartitionSums.merged(all);
                });
    }
}
