package io.github.bn4j.spark.internal.norm;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.norm.internal.MeasuredData;
import io.github.bn4j.norm.internal.NormMeasurement;
import io.github.bn4j.spark.internal.frame.TaskFailure;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.api.ndarray.INDArray;
import scala.Tuple2;

/**
 * Examples in partitions, measured where they are, in one job for each question. Each partition is measured batch by batch; what partitions
 * give is merged in two levels, always in the same order.
 */
public class MeasuredPartitions<E> implements MeasuredData {

    private static final int BATCH = 256;

    /** Fewer partitions than that are merged by the driver alone. */
    private static final int PARTS = 32;

    /** Makes arrays of examples. */
    @FunctionalInterface
    public interface Inputs<E> extends Serializable {

        /** The input arrays {@code [examples, shape]} by their names. */
        Map<String, INDArray> of(List<E> examples);
    }

    final String who;
    private final Network network;
    private final Class<?>[] own;
    private final JavaRDD<E> all;
    private final Inputs<E> inputs;
    private final LongSupplier count;
    private long rows = -1;

    /**
     * Examples of a cluster.
     *
     * @param who who measures, for messages
     * @param network whose model is measured with, as it is at each question
     * @param own classes of ops of its own
     * @param inputs how they become its inputs
     * @param count says how many there are, if it is asked before they are measured; refuses none
     */
    public MeasuredPartitions(
            String who, Network network, Class<?>[] own, JavaRDD<E> all, Inputs<E> inputs, LongSupplier count) {
        this.who = who;
        this.network = network;
        this.own = own;
        this.all = all;
        this.inputs = inputs;
        this.count = count;
    }

    @Override
    public long examples() {
        if (rows < 0) {
            rows = count.getAsLong();
        }
        return rows;
    }

    @Override
    public List<Moments> measure(Model model, List<String> runningMeans) {
        String caller = who;
        Inputs<E> arrays = inputs;
        List<String> wanted = new ArrayList<>(runningMeans);
        PartitionSums sums = sums((partition, examples, broadcast) -> {
            Model copy = broadcast.value().shared().model();
            try (NormMeasurement measurement = NormMeasurement.of(caller, copy, wanted)) {
                long read = examples.forEachBatch(BATCH, batch -> measurement.add(arrays.of(batch)));
                return PartitionSums.of(partition, read, new double[0], measurement.moments());
            }
        });
        return IntStream.range(0, runningMeans.size()).mapToObj(sums::moments).toList();
    }

    /** What one partition gives. */
    @FunctionalInterface
    interface Task<E> extends Serializable {

        PartitionSums run(int partition, Examples<E> examples, Broadcast<PortableNetwork> network) throws Exception;
    }

    /** The examples of a partition, which is not held as a whole. */
    record Examples<E>(Iterator<E> rows) {

        /** Hands them on in batches, of which the last may be smaller; returns how many there are. */
        long forEachBatch(int size, Consumer<List<E>> sink) {
            long read = 0;
            while (rows.hasNext()) {
                List<E> batch = new ArrayList<>();
                while (batch.size() < size && rows.hasNext()) {
                    batch.add(rows.next());
                }
                sink.accept(batch);
                read += batch.size();
            }
            return read;
        }
    }

    /** Refuses data without partitions or rows. */
    void requireRows(long some) {}

    PartitionSums sums(Task<E> task) {
        Broadcast<PortableNetwork> broadcast = PortableNetwork.of(network, own).broadcast(all.context());
        JavaRDD<PartitionSums> parts = all.mapPartitionsWithIndex(
                (partition, examples) -> List.of(task.run(partition, new Examples<>(examples), broadcast))
                        .iterator(),
                false);
        PartitionSums sums = TaskFailure.unwrapped(() -> {
            try {
                List<PartitionSums> each = grouped(parts).collect();
                requireRows(each.size());
                return PartitionSums.merged(each);
            } finally {
                broadcast.destroy();
            }
        });
        requireRows(sums.rows());
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
