package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.norm.internal.MeasuredData;
import io.github.bn4j.spark.internal.job.RankData;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.spark.internal.job.ReadData;
import io.github.bn4j.spark.internal.norm.MeasuredPartitions;
import io.github.bn4j.train.SharedData;
import io.github.bn4j.train.SharedExample;
import io.github.bn4j.train.Trainer;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/** Data sets of bn4j, of which each worker reads the examples of its own share of the steps. */
public final class ReadDatasets implements FitData {

    private final String who;
    private final boolean single;
    private final int workers;
    private final Dataset train;
    private final @Nullable Dataset validation;
    private @Nullable TravellingData training;
    private @Nullable TravellingData judged;

    /**
     * Data sets that every executor can read.
     *
     * @param who {@code fit} or {@code resume}, for messages
     * @param workers how many measure statistics at the end
     * @param validation null if there is none
     */
    public ReadDatasets(String who, Network network, int workers, Dataset train, @Nullable Dataset validation) {
        this.who = who;
        this.single = network.parameters().type() == DataType.FLOAT;
        this.workers = workers;
        this.train = train;
        this.validation = validation;
    }

    @Override
    public JavaSparkContext spark() {
        checkState(
                SparkContext$.MODULE$.getActive().isDefined(),
                "%s expects an application of Spark that runs but got none; build a SparkSession before",
                who);
        SparkContext active = SparkContext$.MODULE$.getActive().get();
        return JavaSparkContext.fromSparkContext(active);
    }

    @Override
    public List<TravellingData> prepare() {
        training = TravellingData.of(who, train);
        judged = validation == null ? null : TravellingData.of(who, validation);
        return Stream.of(training, judged).filter(Objects::nonNull).toList();
    }

    @Override
    public ClusterData training(Trainer trainer) {
        return new Examples(train, requireNonNull(training));
    }

    @Override
    public @Nullable ClusterData validation() {
        return validation == null ? null : new Examples(validation, requireNonNull(judged));
    }

    private final class Examples implements ClusterData {

        private final SharedData shared;
        private final Broadcast<TravellingData> sent;

        Examples(Dataset data, TravellingData travelling) {
            shared = SharedData.of(data);
            sent = spark().broadcast(travelling);
        }

        @Override
        public SharedData shared() {
            return shared;
        }

        @Override
        public RankData<SharedExample> examples(List<String> names, List<int[]> rows) {
            Broadcast<TravellingData> from = sent;
            boolean floats = single;
            List<String> wanted = List.copyOf(names);
            return new ReadData<>(some -> from.value().examples(wanted, floats, some), rows);
        }

        @Override
        public MeasuredData measured(Network network, List<Class<?>> ops) {
            Broadcast<TravellingData> from = sent;
            JavaRDD<Integer> rows = spark().sc()
                    .range(0, shared.size(), 1, workers)
                    .toJavaRDD()
                    .map(row -> Math.toIntExact((Long) row));
            return new MeasuredPartitions<>(
                    who,
                    network,
                    ops.toArray(Class<?>[]::new),
                    rows,
                    some -> from.value()
                            .data()
                            .select(some.stream().mapToInt(row -> row).toArray())
                            .load()
                            .inputs(),
                    shared::size);
        }

        @Override
        public void close() {
            RankJob.uninterrupted(sent::destroy);
        }
    }
}
