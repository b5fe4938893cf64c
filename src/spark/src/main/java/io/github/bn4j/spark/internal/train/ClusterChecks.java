package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.internal.Tensors;
import io.github.bn4j.spark.internal.job.Attempts;
import io.github.bn4j.spark.internal.job.Feeds;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.spark.internal.job.RankWork;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** What a cluster has to be like for a training, looked at before it begins. */
public final class ClusterChecks {

    private static final List<String> SPARK = List.of("4.1", "4.2");
    private static final String SCALA = "2.13";

    private ClusterChecks() {}

    /** Starts what executors compute with. */
    @FunctionalInterface
    interface Natives extends Serializable {
        void start();
    }

    /**
     * Looks at versions and settings.
     *
     * @throws IllegalStateException if Spark cannot be used as it is set
     */
    public static void requireUsable(JavaSparkContext spark) {
        requireVersions(spark.version(), scala.util.Properties.versionNumberString());
        requireSettings(spark.getConf());
    }

    static void requireVersions(String spark, String scala) {
        checkState(
                SPARK.stream().anyMatch(known -> spark.startsWith(known + ".")),
                "SparkTrainer expects Spark 4.1 or 4.2 but got %s; run it on one of these",
                spark);
        checkState(
                scala.startsWith(SCALA + "."),
                "SparkTrainer expects Spark of Scala %s but got %s; take the artifacts of Spark whose names end in _%s",
                SCALA,
                scala,
                SCALA);
    }

    static void requireSettings(SparkConf conf) {
        checkState(
                !conf.getBoolean("spark.dynamicAllocation.enabled", false),
                "SparkTrainer expects executors that stay but got spark.dynamicAllocation.enabled; set it to false, and"
                        + " spark.executor.instances to the number of workers");
        checkState(
                !conf.getBoolean("spark.speculation", false),
                "SparkTrainer expects each task to run once but got spark.speculation; set it to false, as workers wait for"
                        + " each other");
    }

    /**
     * Has each rank start the natives, see the folder, read some of the data and reach the others.
     *
     * @param folder null if there is none
     * @param data what all have to read alike
     * @throws IllegalStateException if one cannot
     */
    public static void requireWorkers(
            Attempts attempts, RankJob job, @Nullable StateFolder folder, List<TravellingData> data) {
        requireWorkers(attempts, job, folder, data, Tensors::start);
    }

    static void requireWorkers(
            Attempts attempts, RankJob job, @Nullable StateFolder folder, List<TravellingData> data, Natives natives) {
        try {
            String seen = folder == null ? "" : folder.probe();
            try {
                RankJob.Data<Integer> nothing = new RankJob.Data<>(
                        job.spark().emptyRDD(),
                        number -> number,
                        IntStream.range(0, job.ranks())
                                .mapToObj(rank -> new int[0])
                                .toList());
                attempts.run(
                        "a first job",
                        () -> job.run(
                                "bn4j: look at the workers",
                                nothing,
                                nothing,
                                new Look(folder, seen, List.copyOf(data), natives)));
            } finally {
                if (folder != null) {
                    folder.delete(seen);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a rank looks at.
     *
     * @param seen the file that the driver has put into the folder
     */
    private record Look(@Nullable StateFolder folder, String seen, List<TravellingData> data, Natives natives)
            implements RankWork<Integer> {

        @Override
        public Optional<byte[]> run(io.github.bn4j.engine.Collective collective, Feeds<Integer> feeds)
                throws IOException {
            String executor = SparkEnv.get().executorId();
            try {
                natives.start();
            } catch (LinkageError | RuntimeException failure) {
                throw new IllegalStateException(
                        "SparkTrainer expects executors on which ND4J runs but got one, %s, where it does not: %s; add"
                                        .formatted(executor, failure.getMessage())
                                + " org.nd4j:nd4j-native-platform to --packages, or its jars to spark.jars",
                        failure);
            }
            if (folder != null) {
                folder.requireSeen(seen, executor);
            }
            data.forEach(each -> each.requireSeen(executor));
            collective.allReduce(FloatBuffer.allocate(1));
            return Optional.empty();
        }
    }
}
