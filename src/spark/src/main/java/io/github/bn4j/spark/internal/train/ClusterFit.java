package io.github.bn4j.spark.internal.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.norm.Recalibration;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.job.Attempts;
import io.github.bn4j.spark.internal.job.RankJob;
import io.github.bn4j.spark.internal.job.Slots;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.SharedExample;
import io.github.bn4j.train.SharedTraining;
import io.github.bn4j.train.Trainer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** One {@code fit} on a cluster: everything that can be refused is refused before the first step. */
public final class ClusterFit {

    private final String who;
    private final Network network;
    private final Trainer trainer;
    private final Map<String, Loss> losses;
    private final ClusterSettings settings;
    private final OwnStates own;
    private final Dataset<Row> train;
    private final @Nullable Dataset<Row> validation;
    private @Nullable FrameColumns columns;

    /**
     * A fit whose columns are yet to be said.
     *
     * @param who {@code fit} or {@code resume}, for messages
     * @param losses those that the trainer has, by output
     * @param own of the training that this fit is of
     * @param validation null if there is none
     */
    public ClusterFit(
            String who,
            Network network,
            Trainer trainer,
            Map<String, Loss> losses,
            ClusterSettings settings,
            OwnStates own,
            Dataset<Row> train,
            @Nullable Dataset<Row> validation) {
        this.who = who;
        this.network = network;
        this.trainer = trainer;
        this.losses = losses;
        this.settings = settings;
        this.own = own;
        this.train = train;
        this.validation = validation;
    }

    /** Reads these columns. */
    public ClusterFit columns(String features, String label) {
        Graph graph = network.graph();
        return columns(FrameColumns.of(who, graph, features).label(who, graph, label));
    }

    /** Reads these columns of inputs and outputs. */
    public ClusterFit columns(Map<String, String> features, Map<String, String> labels) {
        Graph graph = network.graph();
        return columns(FrameColumns.of(who, graph, features).labels(who, graph, labels));
    }

    private ClusterFit columns(FrameColumns read) {
        FrameColumns all = read;
        for (Map.Entry<String, Loss> loss : losses.entrySet()) {
            if (loss.getValue().ignoredClass().isPresent()) {
                all = all.ignoring(loss.getKey(), loss.getValue().ignoredClass().getAsInt());
            }
        }
        columns = settings.weights == null ? all : all.weight(who, settings.weights);
        return this;
    }

    /**
     * Trains.
     *
     * @param resumes whether it goes on with what is in the folder for states
     */
    public History run(boolean resumes) {
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(train.sparkSession().sparkContext());
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
        FramePlan plan = plan(train);
        Slots slots = new Slots(spark, settings.workers, settings.waitForSlots);
        slots.await();
        Attempts attempts = new Attempts(slots, settings.attempts);
        RankJob job = new RankJob(spark, settings.workers, settings.timeout, settings.port);
        String uri = settings.checkpoints;
        StateFolder folder = uri == null ? null : StateFolder.open(uri, spark.hadoopConfiguration());
        if (folder != null && !resumes) {
            requireOwn(folder);
        }
        ClusterChecks.requireWorkers(attempts, job, folder);
        TargetChecks checks = new TargetChecks(plan, network.graph(), losses);
        try (ExampleData data =
                        ExampleData.of(plan, train, checks, known -> SharedTraining.needsTargets(trainer, known));
                ExampleData judged =
                        validation == null ? null : ExampleData.of(plan, validation, checks, known -> true)) {
            SharedTraining shared = judged == null
                    ? SharedTraining.of(trainer, data.shared())
                    : SharedTraining.of(trainer, data.shared(), judged.shared());
            shared = shared.processes(settings.workers).stepsPerPart(settings.stepsPerJob);
            shared = settings.averageEvery > 0 ? shared.averageEvery(settings.averageEvery) : shared.groups(members);
            JavaRDD<SharedExample> none = spark.emptyRDD();
            JobWorkers workers = new JobWorkers(
                    attempts,
                    job,
                    data.examples(names(shared)),
                    judged == null ? none : judged.examples(shared.inputs()),
                    folder);
            Optional<byte[]> state = folder == null || !resumes ? Optional.empty() : folder.read();
            try {
                History history = state.isPresent() ? shared.resume(state.get(), workers) : shared.fit(workers);
                if (settings.averageEvery > 0) {
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

    private FramePlan plan(Dataset<Row> frame) {
        FramePlan plan = FramePlan.of(
                who, network.graph(), network.parameters().type(), requireNonNull(columns), frame.schema());
        Map<String, List<String>> known = new LinkedHashMap<>();
        network.graph().outputs().keySet().forEach(output -> known.put(output, network.classNames(output)));
        return plan.withClasses(frame, known);
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
