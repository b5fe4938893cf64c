package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.Network;
import io.github.bn4j.norm.Recalibration;
import io.github.bn4j.spark.internal.job.Attempts;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.spark.internal.job.Slots;
import io.github.bn4j.train.History;
import io.github.bn4j.train.SharedExample;
import io.github.bn4j.train.SharedTraining;
import io.github.bn4j.train.Trainer;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One {@code fit} on a cluster: everything that can be refused is refused before the first step.
 *
 * @param own of the training that this fit is of
 */
public record ClusterFit(Network network, Trainer trainer, ClusterSettings settings, OwnStates own, FitData given) {

    /**
     * Trains.
     *
     * @param resumes whether it goes on with what is in the folder for states
     */
    public History run(boolean resumes) {
        JavaSparkContext spark = given.spark();
        ClusterChecks.requireUsable(spark);
        int members = settings.members == 0 ? settings.workers : settings.members;
        checkArgument(
                settings.workers % members == 0,
                "synchronizeWithin expects a number that divides the %s workers but got %s",
                settings.workers,
                members);
        if (settings.averageEvery > 0) {
            requireLocal();
        }
        List<TravellingData> read = given.prepare();
        Slots slots = new Slots(spark, settings.workers, settings.waitForSlots);
        slots.await();
        Attempts attempts = new Attempts(slots, settings.attempts);
        RankJob job = new RankJob(spark, settings.workers, settings.timeout, settings.port);
        String uri = settings.checkpoints;
        StateFolder folder = uri == null ? null : StateFolder.open(uri, spark.hadoopConfiguration());
        if (folder != null && !resumes) {
            requireOwn(folder);
        }
        ClusterChecks.requireWorkers(attempts, job, folder, read);
        try (ClusterData data = given.training(trainer);
                ClusterData judged = given.validation()) {
            SharedTraining shared = judged == null
                    ? SharedTraining.of(trainer, data.shared())
                    : SharedTraining.of(trainer, data.shared(), judged.shared());
            shared = shared.processes(settings.workers).stepsPerPart(settings.stepsPerJob);
            shared = settings.averageEvery > 0 ? shared.averageEvery(settings.averageEvery) : shared.groups(members);
            List<String> names = names(shared);
            List<String> inputs = shared.inputs();
            JobWorkers workers = new JobWorkers(
                    attempts,
                    job,
                    rows -> data.examples(names, rows),
                    rows -> judged == null
                            ? new RankJob.Data<>(spark.emptyRDD(), SharedExample::row, rows)
                            : judged.examples(inputs, rows),
                    folder);
            Optional<byte[]> state = folder == null || !resumes ? Optional.empty() : folder.read();
            try {
                History history = state.isPresent() ? shared.resume(state.get(), workers) : shared.fit(workers);
                if (settings.averageEvery > 0 && !Thread.currentThread().isInterrupted()) {
                    Recalibration.of(network.model(), data.measured(network, shared.ops()), any -> true);
                }
                return history;
            } finally {
                if (folder != null) {
                    own.newest(folder.newest());
                }
            }
        }
    }

    private void requireLocal() {
        checkArgument(
                settings.members == 0,
                "averageEvery expects workers that step apart but got synchronizeWithin(%s), by which they normalise"
                        + " together; leave one of them out",
                settings.members);
        checkArgument(
                settings.stepsPerJob == Integer.MAX_VALUE || settings.stepsPerJob % settings.averageEvery == 0,
                "stepsPerJob expects a multiple of the %s steps of averageEvery, as each job ends with a mean, but got %s",
                settings.averageEvery,
                settings.stepsPerJob);
        Recalibration.requireMeasurable(network.graph());
    }

    private static List<String> names(SharedTraining shared) {
        return java.util.stream.Stream.concat(shared.inputs().stream(), shared.targets().stream())
                .toList();
    }

    private void requireOwn(StateFolder folder) {
        int newest = folder.newest();
        checkState(
                newest == own.newest(),
                "fit expects a folder for checkpoints without those of another training but got \"%s\" with state %s; call resume to go on"
                        + " with it, or choose another folder",
                folder,
                newest);
    }
}
