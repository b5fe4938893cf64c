package io.github.bn4j.spark.internal.train;

import io.github.bn4j.Network;
import io.github.bn4j.data.DataException;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.spark.internal.frame.EncodedRow;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.frame.TaskFailure;
import io.github.bn4j.spark.internal.job.RankData;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.spark.internal.norm.MeasuredFrame;
import io.github.bn4j.train.SharedData;
import io.github.bn4j.train.SharedExample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Examples on the executors, encoded once and kept in their memory, or on their disks where that is full. Each has the number of its row in
 * the data: those of the first partition come first, in their order.
 */
public final class ExampleData implements ClusterData {

    private static final int SAMPLE = 64;

    private final FramePlan plan;
    private final JavaRDD<EncodedRow> encoded;
    private final List<PartitionDigest> digests;
    private final SharedData shared;

    private ExampleData(FramePlan plan, JavaRDD<EncodedRow> encoded, List<PartitionDigest> digests, SharedData shared) {
        this.plan = plan;
        this.encoded = encoded;
        this.digests = digests;
        this.shared = shared;
    }

    /**
     * Encodes all rows, counts them and looks at their targets.
     *
     * @param checks of the targets
     * @param needsTargets whether the driver has to know the targets of all examples of such data
     * @return to be closed
     * @throws DataException if a row cannot be encoded, the message names it; or if there are none, or too many
     */
    static ExampleData of(FramePlan plan, Dataset<Row> frame, TargetChecks checks, Predicate<SharedData> needsTargets) {
        JavaRDD<EncodedRow> encoded = plan.encode(frame).persist(StorageLevel.MEMORY_AND_DISK());
        boolean done = false;
        try {
            List<PartitionDigest> digests = TaskFailure.unwrapped(() -> encoded.mapPartitionsWithIndex(
                            (partition, rows) ->
                                    List.of(checks.look(partition, rows)).iterator(),
                            false)
                    .collect());
            long rows = digests.stream().mapToLong(PartitionDigest::rows).sum();
            plan.requireRows(rows);
            DataException.check(
                    rows <= Integer.MAX_VALUE,
                    "fit expects at most %s rows but got %s; take a sample of them",
                    Integer.MAX_VALUE,
                    rows);
            String digest = digests.stream()
                    .reduce(PartitionDigest.NONE, PartitionDigest::then)
                    .text();
            SharedData shared = SharedData.of((int) rows, plan.dataset(encoded.take(SAMPLE)))
                    .digest(digest);
            if (needsTargets.test(shared)) {
                shared = shared.targets(targets(plan, encoded, (int) rows));
            }
            if (plan.isWeighted()) {
                shared = shared.weights(encoded.map(EncodedRow::weight).collect().stream()
                        .mapToDouble(weight -> weight)
                        .toArray());
            }
            done = true;
            return new ExampleData(plan, encoded, digests, shared);
        } finally {
            if (!done) {
                RankJob.uninterrupted(() -> encoded.unpersist(false));
            }
        }
    }

    private static Map<String, INDArray> targets(FramePlan plan, JavaRDD<EncodedRow> encoded, int rows) {
        Map<String, INDArray> targets = new LinkedHashMap<>();
        for (int i = plan.inputs(); i < plan.names().size(); i++) {
            int array = i;
            Shape shape = plan.shapes().get(i);
            List<Object> all = encoded.map(row -> row.numbers(array)).collect();
            targets.put(plan.names().get(i), array(all, shape, rows));
        }
        return targets;
    }

    private static INDArray array(List<Object> all, Shape shape, int rows) {
        int size = Math.toIntExact(shape.size());
        if (all.get(0) instanceof double[]) {
            double[] values = new double[Math.multiplyExact(rows, size)];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(all.get(row), 0, values, row * size, size);
            }
            return Tensors.of(DataType.DOUBLE, values, shape.batched(rows));
        }
        float[] values = new float[Math.multiplyExact(rows, size)];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(all.get(row), 0, values, row * size, size);
        }
        return Tensors.of(values, shape.batched(rows));
    }

    @Override
    public SharedData shared() {
        return shared;
    }

    @Override
    public RankData<SharedExample> examples(List<String> names, List<int[]> rows) {
        return new RankJob.Data<>(examples(names), SharedExample::row, rows);
    }

    /**
     * All examples.
     *
     * @param names of their arrays, in the order wanted
     */
    JavaRDD<SharedExample> examples(List<String> names) {
        int[] order = names.stream().mapToInt(plan.names()::indexOf).toArray();
        int[] firsts = new int[digests.size()];
        for (int partition = 1; partition < firsts.length; partition++) {
            firsts[partition] =
                    firsts[partition - 1] + digests.get(partition - 1).rows();
        }
        PartitionDigest[] known = digests.toArray(PartitionDigest[]::new);
        return encoded.mapPartitionsWithIndex(
                (partition, rows) -> new NumberedRows(rows, firsts[partition], order, known[partition]), true);
    }

    @Override
    public MeasuredFrame measured(Network network, List<Class<?>> ops) {
        return new MeasuredFrame("fit", network, ops.toArray(Class<?>[]::new), encoded, plan, shared::size);
    }

    @Override
    public void close() {
        RankJob.uninterrupted(() -> encoded.unpersist(false));
    }

    @Override
    public String toString() {
        return "ExampleData[" + shared + "]";
    }
}
