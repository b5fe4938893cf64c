package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.spark.internal.job.Attempts;
import io.github.bn4j.spark.internal.job.LostWorkerException;
import io.github.bn4j.spark.internal.job.RankData;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.train.SharedExample;
import io.github.bn4j.train.SharedPart;
import io.github.bn4j.train.SharedTraining;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/** Has the workers of a cluster do the parts of a training, a job for each. */
public final class JobWorkers implements SharedTraining.Workers {

    private final Attempts attempts;
    private final RankJob job;
    private final Function<List<int[]>, RankData<SharedExample>> training;
    private final Function<List<int[]>, RankData<SharedExample>> validation;
    private final @Nullable StateFolder folder;
    private final LongAccumulator examples;
    private int number;

    /**
     * Workers for one training.
     *
     * @param training the data of a job by the rows of each rank
     * @param validation likewise; without any if it has none
     * @param folder where states are written; null if nowhere
     */
    public JobWorkers(
            Attempts attempts,
            RankJob job,
            Function<List<int[]>, RankData<SharedExample>> training,
            Function<List<int[]>, RankData<SharedExample>> validation,
            @Nullable StateFolder folder) {
        this.attempts = attempts;
        this.job = job;
        this.training = training;
        this.validation = validation;
        this.folder = folder;
        examples = job.spark().sc().longAccumulator("bn4j examples");
        number = folder == null ? 0 : folder.newest();
    }

    @Override
    public byte[] run(List<SharedPart> parts, byte[] state) {
        number++;
        String what = "epoch " + parts.get(0).epoch();
        byte[][] serialized = parts.stream().map(Serialized::of).toArray(byte[][]::new);
        RankData<SharedExample> rows =
                training.apply(parts.stream().map(SharedPart::rows).toList());
        RankData<SharedExample> judged =
                validation.apply(parts.stream().map(SharedPart::validationRows).toList());
        JavaSparkContext spark = job.spark();
        Broadcast<byte[][]> all = spark.broadcast(serialized);
        Broadcast<byte[]> from = spark.broadcast(state);
        try {
            Optional<byte[]> left = attempts.run(what, () -> run(what, rows, judged, all, from));
            checkState(left.isPresent(), "SparkTrainer expects a state of rank 0 but got none; look at its log");
            return left.get();
        } finally {
            RankJob.uninterrupted(() -> {
                all.destroy();
                from.destroy();
            });
        }
    }

    private Optional<byte[]> run(
            String what,
            RankData<SharedExample> rows,
            RankData<SharedExample> judged,
            Broadcast<byte[][]> parts,
            Broadcast<byte[]> state)
            throws LostWorkerException {
        return job.run("bn4j: " + what, rows, judged, new PartWork(parts, state, folder, number, examples));
    }

    @Override
    public String toString() {
        return "JobWorkers[" + job.ranks() + "]";
    }
}
