package io.github.bn4j.spark.scaling;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import io.github.bn4j.spark.internal.job.LostWorkerException;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.spark.internal.job.Slots;
import io.github.bn4j.train.Loss;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.nd4j.linalg.api.buffer.DataType;

/** Measures on the workers of a cluster what a {@link ScalingModel} is made of; takes about as long as some hundred steps. */
public final class ClusterMeasurement {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private ClusterMeasurement() {}

    /**
     * A model of the training of a network on this cluster. Nothing is trained but copies.
     *
     * @param workers how many measure together, at least 2; the cluster needs as many task slots
     * @param batch what one worker has of each batch
     * @throws IllegalStateException if workers are lost
     */
    public static ScalingModel of(SparkSession spark, Network network, Loss loss, Dataset batch, int workers) {
        checkGiven(spark, "ClusterMeasurement", "a SparkSession");
        checkGiven(network, "ClusterMeasurement", "a Network");
        checkGiven(loss, "ClusterMeasurement", "a Loss");
        checkGiven(batch, "ClusterMeasurement", "a Dataset");
        checkArgument(
                workers >= 2,
                "ClusterMeasurement expects at least 2 workers, between which there is a network, but got %s",
                workers);
        WorkerMeasurement.Times times =
                times(spark, new WorkerMeasurement(PortableNetwork.of(network), loss, batch), workers);
        StepWork work = new StepWork(times.steps(), statistics(network), gradients(network));
        return new ScalingModel(work, link(times, workers));
    }

    private static WorkerMeasurement.Times times(SparkSession spark, WorkerMeasurement work, int workers) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        new Slots(context, workers, TIMEOUT).await();
        JavaRDD<Integer> nothing = context.parallelize(Collections.<Integer>emptyList(), workers);
        RankJob.Data<Integer> none = new RankJob.Data<>(nothing, row -> row, Collections.nCopies(workers, new int[0]));
        try {
            Optional<byte[]> bytes =
                    new RankJob(context, workers, TIMEOUT, 0).run("measure steps and sums", none, none, work);
            return WorkerMeasurement.Times.of(bytes.orElseThrow());
        } catch (LostWorkerException lost) {
            throw new IllegalStateException(
                    "ClusterMeasurement expects workers that come to their end but got " + lost.getMessage()
                            + "; see the logs of the executors",
                    lost);
        }
    }

    /** From the times of sums, as {@link Link} adds them up. */
    static Link link(WorkerMeasurement.Times times, int workers) {
        int others = workers - 1;
        double overhead = Math.min(times.late(), times.small()) / others;
        double latency = times.small() - others * overhead;
        double bytes = (double) WorkerMeasurement.LARGE * Float.BYTES;
        double hops = workers == 2 ? 1 : 2;
        double sent = workers == 2 ? bytes : 2.0 * others / workers * bytes;
        return new Link(latency, overhead, sent / Math.max(times.large() - hops * times.small(), 1e-9));
    }

    /** Sums and squares of each channel on the way forward, and two sums on the way back, in float64; all know the number of values. */
    static long[] statistics(Network network) {
        return network.graph().nodes().stream()
                .filter(node -> node.op()
                        .normalization()
                        .map(Normalization::statistics)
                        .filter(statistics -> !statistics.areRunning())
                        .isPresent())
                .flatMapToLong(ClusterMeasurement::sums)
                .toArray();
    }

    private static LongStream sums(Node node) {
        long both = 2 * node.inputs().get(0).shape().dim(0) * Double.BYTES;
        return LongStream.of(both, both);
    }

    private static long gradients(Network network) {
        boolean isDouble = network.parameters().type() == DataType.DOUBLE;
        return network.parameters().trainable().length() * (isDouble ? Double.BYTES : Float.BYTES);
    }
}
