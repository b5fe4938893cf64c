package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.Network;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import io.github.bn4j.data.Sampling;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.train.ClusterFit;
import io.github.bn4j.spark.internal.train.ClusterSettings;
import io.github.bn4j.spark.internal.train.ExampleFrame;
import io.github.bn4j.spark.internal.train.FrameData;
import io.github.bn4j.spark.internal.train.OwnStates;
import io.github.bn4j.spark.internal.train.ReadDatasets;
import io.github.bn4j.train.Averaging;
import io.github.bn4j.train.EarlyStopping;
import io.github.bn4j.train.GradientChange;
import io.github.bn4j.train.History;
import io.github.bn4j.train.KeepBest;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Metric;
import io.github.bn4j.train.Optimizer;
import io.github.bn4j.train.Schedule;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on a cluster of Spark: {@code SparkTrainer.of(net).workers(4).fit(frame, "features", "label")}. Settings first, as those of
 * a {@link Trainer}; every setting returns a new trainer and leaves this one as it is. The parameters of the network, at the driver,
 * are what {@code fit} changes.
 *
 * <p><b>Exact.</b> The workers take each step together: each has its share of the examples of a batch, batch normalisations take mean
 * and variance of the whole batch, gradients are divided by the number of all its examples, and masks, order and augmentation are those
 * of one machine. What comes out is what {@code net.trainer()} gives on one machine, up to the rounding of sums in another order, on however
 * many workers. All workers have the same bits in each step.
 *
 * <p>Where a network is too slow for that, {@link #averageEvery} has workers step apart instead.
 *
 * <p><b>How.</b> Rows of a DataFrame are encoded once and kept on the executors. Each epoch, or each {@linkplain #stepsPerJob so many steps} of it, is one job of
 * Spark: a shuffle sorts the examples in the order of the steps, so that data may be larger than any one machine, and a barrier stage with a
 * task for each worker takes the steps. Workers are connected with each other by sockets, see {@link #port}. What they send is not
 * encrypted; who does not know the secret of the job is shut out.
 *
 * <p><b>Faults.</b> An exception of a worker ends the job within seconds, and {@code fit} throws that exception at the driver; the executors
 * stay. When an executor is lost, the job is done again from the state at its beginning, as soon as there are slots, with the same result to
 * the bit; {@link #checkpoints} lets another driver {@link #resume}.
 *
 * <p>Executors have to stay: dynamic allocation and speculation are refused. One executor per worker with all cores of a machine is the
 * usual layout: {@code spark.task.cpus} as large as {@code spark.executor.cores}, and {@code OMP_NUM_THREADS} of the executors likewise.
 */
public final class SparkTrainer {

    private final Network network;
    private final Trainer trainer;
    private final Map<String, Loss> losses;
    private final ClusterSettings cluster;
    private final OwnStates own;

    private SparkTrainer(
            Network network, Trainer trainer, Map<String, Loss> losses, ClusterSettings cluster, OwnStates own) {
        this.network = network;
        this.trainer = trainer;
        this.losses = losses;
        this.cluster = cluster;
        this.own = own;
    }

    /** A trainer with the defaults of {@code net.trainer()}, and one worker. */
    public static SparkTrainer of(Network network) {
        checkGiven(network, "SparkTrainer", "a Network");
        return new SparkTrainer(network, network.trainer(), Map.of(), new ClusterSettings(), new OwnStates());
    }

    private SparkTrainer with(UnaryOperator<Trainer> setting) {
        return new SparkTrainer(network, setting.apply(trainer), losses, cluster, own);
    }

    private SparkTrainer withCluster(Consumer<ClusterSettings> change) {
        return new SparkTrainer(network, trainer, losses, cluster.with(change), own);
    }

    // ---- what is of a cluster ------------------------------------------------------------------------------------

    /**
     * Sets how many workers take part, at least 1 (default). Each is a task of Spark, and all of them run at the same time. With more workers
     * than examples in a batch some have nothing to do.
     */
    public SparkTrainer workers(int workers) {
        checkArgument(workers >= 1, "workers expects at least 1 but got %s", workers);
        return withCluster(changed -> changed.workers = workers);
    }

    /**
     * Lets each batch normalisation take mean and variance of the examples of {@code members} neighbouring workers alone, by default of
     * all: fewer have to wait for each other in the middle of a step. Gradients are those of all. What comes out is no longer
     * what one machine gives; with 1 each worker normalises its own examples.
     *
     * @param members divides the number of workers
     */
    public SparkTrainer synchronizeWithin(int members) {
        checkArgument(members >= 1, "synchronizeWithin expects at least 1 worker but got %s", members);
        return withCluster(changed -> changed.members = members);
    }

    /**
     * Lets each worker take steps of its own, on its own examples of each batch, and has all go on with the mean of what they have come to after
     * so many steps and at the end of each epoch: local SGD (Stich 2019), for networks that are too slow for several sums in each step.
     * Parameters and what the optimiser remembers are averaged, in one sum. Each worker normalises its own examples, and at the end of {@code
     * fit} the running averages are measured exactly on all training data, as {@link SparkBatchNorm#recalibrate} does; until then, and for
     * validation after each epoch, they are the mean of those of the workers.
     *
     * <p>What comes out is another training than that of one machine, and depends on the number of workers: with each averaging every {@code
     * steps} steps, the same settings on the same number of workers give the same bits. Learning rates and warm-up are those of the batch of one
     * worker. Not with {@link #synchronizeWithin} and {@link #averageWeights}.
     *
     * @param steps at least 1; {@link #stepsPerJob} is a multiple of it
     */
    public SparkTrainer averageEvery(int steps) {
        checkArgument(steps >= 1, "averageEvery expects at least 1 step but got %s", steps);
        return withCluster(changed -> changed.averageEvery = steps);
    }

    /**
     * Stores the training after each job, so that {@link #resume} goes on with it after the driver has ended in whatever way. The last
     * three states stay. A state is written by a worker.
     *
     * @param uri a folder of a file system that Hadoop knows and that the driver and all executors share, such as {@code hdfs:///runs/7}, or
     *     {@code file:///shared/run} where all machines mount it
     */
    public SparkTrainer checkpoints(String uri) {
        checkGiven(uri, "checkpoints", "the URI of a folder");
        checkArgument(!uri.isBlank(), "checkpoints expects the URI of a folder but got \"%s\"", uri);
        return withCluster(changed -> changed.checkpoints = uri);
    }

    /** Sets how often a job is tried that loses workers, at least 1, by default 4. */
    public SparkTrainer attempts(int attempts) {
        checkArgument(attempts >= 1, "attempts expects at least 1 but got %s", attempts);
        return withCluster(changed -> changed.attempts = attempts);
    }

    /**
     * Ends each job after so many steps, or at the end of the epoch; by default a job is an epoch. A job costs some tenths of a second besides its
     * steps; what a lost executor costs is the job.
     *
     * @param steps at least 1
     */
    public SparkTrainer stepsPerJob(int steps) {
        checkArgument(steps >= 1, "stepsPerJob expects at least 1 step but got %s", steps);
        return withCluster(changed -> changed.stepsPerJob = steps);
    }

    /**
     * Sets how long a worker waits for another one that says nothing, by default 60 seconds; more where a single step takes as long. One that
     * has failed, or whose process has ended, is noticed at once.
     */
    public SparkTrainer timeout(Duration timeout) {
        return withCluster(changed -> changed.timeout = above0("timeout", timeout));
    }

    /**
     * Sets how long the driver waits for as many free task slots as there are workers, at the start and after an executor was lost, by default
     * 2 minutes.
     */
    public SparkTrainer waitForSlots(Duration time) {
        return withCluster(changed -> changed.waitForSlots = above0("waitForSlots", time));
    }

    private static Duration above0(String who, Duration time) {
        checkGiven(time, who, "a Duration");
        checkArgument(
                !time.isZero() && !time.isNegative(),
                "%s expects a time above 0 but got %s; take some seconds",
                who,
                time);
        return time;
    }

    /**
     * Sets the port on which a worker is reached by the others: this one or, where it is taken, one of the next 15 and as many as there are
     * workers. By default any free one, which a firewall between the executors would have to let pass.
     */
    public SparkTrainer port(int first) {
        checkArgument(first >= 1024 && first <= 65_535, "port expects a number from 1024 to 65535 but got %s", first);
        return withCluster(changed -> changed.port = first);
    }

    /** Names the column with the weight of each example in loss and metrics. */
    public SparkTrainer weights(String column) {
        checkGiven(column, "weights", "the name of a column");
        return withCluster(changed -> changed.weights = column);
    }

    // ---- what is of every training -------------------------------------------------------------------------------

    /** Sets the optimiser; see {@link Trainer#optimizer}. */
    public SparkTrainer optimizer(Optimizer optimizer) {
        return with(each -> each.optimizer(optimizer));
    }

    /** Sets the weight decay of some parameters; see {@link Trainer#decay}. */
    public SparkTrainer decay(String pattern, double weightDecay) {
        return with(each -> each.decay(pattern, weightDecay));
    }

    /** Adds an L1 penalty on some parameters; see {@link Trainer#l1}. */
    public SparkTrainer l1(String pattern, double strength) {
        return with(each -> each.l1(pattern, strength));
    }

    /** Adds an L2 penalty on some parameters; see {@link Trainer#l2}. */
    public SparkTrainer l2(String pattern, double strength) {
        return with(each -> each.l2(pattern, strength));
    }

    /** Multiplies the learning rate of some parameters; see {@link Trainer#rate}. */
    public SparkTrainer rate(String pattern, double factor) {
        return with(each -> each.rate(pattern, factor));
    }

    /** Changes gradients before the optimiser takes them; see {@link Trainer#changeGradients}. */
    public SparkTrainer changeGradients(GradientChange change) {
        return with(each -> each.changeGradients(change));
    }

    /** Shortens all gradients together; see {@link Trainer#clipNorm}. */
    public SparkTrainer clipNorm(double longest) {
        return with(each -> each.clipNorm(longest));
    }

    /** Shortens the gradient of each parameter; see {@link Trainer#clipEachNorm}. */
    public SparkTrainer clipEachNorm(double longest) {
        return with(each -> each.clipEachNorm(longest));
    }

    /** Keeps the elements of the gradients within a value; see {@link Trainer#clipValue}. */
    public SparkTrainer clipValue(double largest) {
        return with(each -> each.clipValue(largest));
    }

    /** Changes the learning rate in the course of the training; see {@link Trainer#schedule}. */
    public SparkTrainer schedule(Schedule schedule) {
        return with(each -> each.schedule(schedule));
    }

    /** Sets the loss on the network's only output; see {@link Trainer#loss(Loss)}. */
    public SparkTrainer loss(Loss loss) {
        Trainer changed = trainer.loss(loss);
        return withLoss(changed, network.graph().outputs().keySet().iterator().next(), loss);
    }

    /** Sets the loss on the named output; see {@link Trainer#loss(String, Loss)}. */
    public SparkTrainer loss(String output, Loss loss) {
        return withLoss(trainer.loss(output, loss), output, loss);
    }

    private SparkTrainer withLoss(Trainer changed, String output, Loss loss) {
        Map<String, Loss> all = new LinkedHashMap<>(losses);
        all.put(output, loss);
        return new SparkTrainer(network, changed, all, cluster, own);
    }

    /** Sets the number of passes over the data; see {@link Trainer#epochs}. */
    public SparkTrainer epochs(int epochs) {
        return with(each -> each.epochs(epochs));
    }

    /** Ends each {@code fit} after so many steps; see {@link Trainer#maxSteps}. */
    public SparkTrainer maxSteps(long steps) {
        return with(each -> each.maxSteps(steps));
    }

    /** Ends each {@code fit} after the job within which so much time is over; see {@link Trainer#maxTime}. */
    public SparkTrainer maxTime(Duration time) {
        return with(each -> each.maxTime(time));
    }

    /** Sets the number of examples of a batch over all workers together; see {@link Trainer#batchSize}. */
    public SparkTrainer batchSize(int batchSize) {
        return with(each -> each.batchSize(batchSize));
    }

    /** Takes a step for every few batches; see {@link Trainer#accumulate}. */
    public SparkTrainer accumulate(int batches) {
        return with(each -> each.accumulate(batches));
    }

    /** Says which examples an epoch has and in what order; see {@link Trainer#sampling}. */
    public SparkTrainer sampling(Sampling sampling) {
        return with(each -> each.sampling(sampling));
    }

    /** Says what becomes of a smaller last batch of an epoch; see {@link Trainer#tail}. */
    public SparkTrainer tail(TailBatch tail) {
        return with(each -> each.tail(tail));
    }

    /** Sets a seed for order, masks and augmentation; see {@link Trainer#seed}. */
    public SparkTrainer seed(long seed) {
        return with(each -> each.seed(seed));
    }

    /** Changes the training examples at random; see {@link Trainer#augment}. One that mixes examples is refused by {@code fit}. */
    public SparkTrainer augment(Augmentation augmentation) {
        return with(each -> each.augment(augmentation));
    }

    /** Adds a listener, which is told at the driver after each job what has happened; see {@link Trainer#listener}. */
    public SparkTrainer listener(TrainingListener listener) {
        return with(each -> each.listener(listener));
    }

    /** Measures on the validation data after each epoch; see {@link Trainer#metrics}. */
    public SparkTrainer metrics(Metric... metrics) {
        return with(each -> each.metrics(metrics));
    }

    /** Ends each {@code fit} when a metric has not got better for some epochs; see {@link Trainer#stopEarly}. */
    public SparkTrainer stopEarly(EarlyStopping how) {
        return with(each -> each.stopEarly(how));
    }

    /** Averages the weights on the way; see {@link Trainer#averageWeights}. */
    public SparkTrainer averageWeights(Averaging how) {
        return with(each -> each.averageWeights(how));
    }

    /** Stores the network with the smallest validation loss, at the driver; see {@link Trainer#keepBest(Path)}. */
    public SparkTrainer keepBest(Path path) {
        return with(each -> each.keepBest(path));
    }

    /** Stores the best network so far, at the driver; see {@link Trainer#keepBest(Path, KeepBest)}. */
    public SparkTrainer keepBest(Path path, KeepBest how) {
        return with(each -> each.keepBest(path, how));
    }

    // ---- training ------------------------------------------------------------------------------------------------

    /**
     * Trains on a DataFrame; goes on where the last {@code fit} of this training ended. Columns of features are vectors of spark.ml, arrays of
     * numbers or images; labels are numbers of classes, names of classes, numbers, or vectors and arrays of what is wanted. The rows of the
     * data are counted from the first of the first partition on: the same order of rows gives the same training.
     *
     * <p>An interrupt of the thread ends the job and {@code fit}, as {@link Trainer#fit} is ended, and stays with the thread. The network is then as it was
     * after the job before.
     *
     * @param features the column of the network's only input
     * @param label the column of what is wanted of its only output
     * @return all epochs of this training so far
     * @throws io.github.bn4j.data.DataException if a column or a row is not what the network needs; the network is unchanged then
     * @throws IllegalArgumentException if settings and data do not fit together; the network is unchanged then
     * @throws IllegalStateException if the cluster cannot be used, has too few slots or loses workers in all attempts, or if numbers stop
     *     being finite on the way
     * @throws java.util.concurrent.CancellationException if the thread is interrupted before the first step; the interrupt stays with it
     */
    public History fit(Dataset<Row> train, String features, String label) {
        return fit(frames("fit", train, null, features, label));
    }

    /** Trains like {@link #fit(Dataset, String, String)}, and judges by {@code validation} after each epoch, on all workers. */
    public History fit(Dataset<Row> train, Dataset<Row> validation, String features, String label) {
        return fit(frames("fit", train, given("fit", validation, "a DataFrame"), features, label));
    }

    /**
     * Trains a network with several inputs or outputs.
     *
     * @param features the column of each input by its name
     * @param labels the column of what is wanted of each output that has a loss, by its name
     */
    public History fit(Dataset<Row> train, Map<String, String> features, Map<String, String> labels) {
        return fit(frames("fit", train, null, features, labels));
    }

    /** Trains a network with several inputs or outputs, and judges by {@code validation} after each epoch. */
    public History fit(
            Dataset<Row> train, Dataset<Row> validation, Map<String, String> features, Map<String, String> labels) {
        return fit(frames("fit", train, given("fit", validation, "a DataFrame"), features, labels));
    }

    /**
     * Trains a network with one input and one output on examples; as many numbers as the input has, and a class number, or as many
     * numbers as the output has.
     */
    public History fit(JavaRDD<Example> train) {
        return fit(ExampleFrame.of("fit", train), ExampleFrame.FEATURES, ExampleFrame.LABEL);
    }

    /** Trains on examples, and judges by others after each epoch. */
    public History fit(JavaRDD<Example> train, JavaRDD<Example> validation) {
        return fit(
                ExampleFrame.of("fit", train),
                ExampleFrame.of("fit", validation),
                ExampleFrame.FEATURES,
                ExampleFrame.LABEL);
    }

    /**
     * Trains on a data set of bn4j, such as one of files that are {@linkplain io.github.bn4j.data.Dataset#stream read on demand}: each worker reads the
     * examples of its own share of each step, and no others, so the driver and all executors have to reach the files under the same path.
     * Data in memory go to every executor, at most 1 GB of them. Weights are those of the data set.
     *
     * @throws io.github.bn4j.data.DataException if an example cannot be read; the network is as it was after the job before then
     * @throws IllegalArgumentException if an executor does not read the examples that the driver reads; the network is unchanged then
     */
    public History fit(io.github.bn4j.data.Dataset train) {
        return fit(datasets("fit", train, null));
    }

    /** Trains like {@link #fit(io.github.bn4j.data.Dataset)}, and judges by {@code validation} after each epoch, on all workers. */
    public History fit(io.github.bn4j.data.Dataset train, io.github.bn4j.data.Dataset validation) {
        return fit(datasets("fit", train, given("fit", validation, "a Dataset")));
    }

    /**
     * Trains like {@link #fit(Dataset, String, String)}, but goes on from the newest state in the folder of the {@link #checkpoints}, if there
     * is one, also of another driver. What follows is, to the bit, what would have followed there. Network, data, their order and settings
     * have to be those that it was begun with; the number of workers may be another one, with which what follows is the same up to rounding, or,
     * of workers that {@linkplain #averageEvery step apart}, another training.
     *
     * @throws io.github.bn4j.checkpoint.CheckpointException if network, data or settings differ
     * @throws IllegalArgumentException if no checkpoints are set, and whenever {@code fit} throws it
     */
    public History resume(Dataset<Row> train, String features, String label) {
        return resume(frames("resume", train, null, features, label));
    }

    /** Goes on like {@link #resume(Dataset, String, String)}, and judges by {@code validation} after each epoch. */
    public History resume(Dataset<Row> train, Dataset<Row> validation, String features, String label) {
        return resume(frames("resume", train, given("resume", validation, "a DataFrame"), features, label));
    }

    /** Goes on with the training of a network with several inputs or outputs. */
    public History resume(Dataset<Row> train, Map<String, String> features, Map<String, String> labels) {
        return resume(frames("resume", train, null, features, labels));
    }

    /** Goes on with the training of a network with several inputs or outputs, and judges by {@code validation} after each epoch. */
    public History resume(
            Dataset<Row> train, Dataset<Row> validation, Map<String, String> features, Map<String, String> labels) {
        return resume(frames("resume", train, given("resume", validation, "a DataFrame"), features, labels));
    }

    /** Goes on with a training on a data set of bn4j; of features that are read on demand, some examples are compared. */
    public History resume(io.github.bn4j.data.Dataset train) {
        return resume(datasets("resume", train, null));
    }

    /** Goes on with a training on a data set of bn4j, and judges by {@code validation} after each epoch. */
    public History resume(io.github.bn4j.data.Dataset train, io.github.bn4j.data.Dataset validation) {
        return resume(datasets("resume", train, given("resume", validation, "a Dataset")));
    }

    private static <T> T given(String who, @Nullable T validation, String what) {
        return checkGiven(validation, who, what + " for validation, or none,");
    }

    private ClusterFit frames(
            String who, Dataset<Row> train, @Nullable Dataset<Row> validation, String features, String label) {
        Graph graph = network.graph();
        return frames(
                who, train, validation, FrameColumns.of(who, graph, features).label(who, graph, label));
    }

    private ClusterFit frames(
            String who,
            Dataset<Row> train,
            @Nullable Dataset<Row> validation,
            Map<String, String> features,
            Map<String, String> labels) {
        Graph graph = network.graph();
        return frames(
                who, train, validation, FrameColumns.of(who, graph, features).labels(who, graph, labels));
    }

    private ClusterFit frames(String who, Dataset<Row> train, @Nullable Dataset<Row> validation, FrameColumns columns) {
        checkGiven(train, who, "a DataFrame");
        return new ClusterFit(
                network,
                trainer,
                cluster,
                own,
                FrameData.of(who, network, losses, columns, cluster.weights, train, validation));
    }

    private ClusterFit datasets(
            String who, io.github.bn4j.data.Dataset train, io.github.bn4j.data.@Nullable Dataset validation) {
        checkGiven(train, who, "a Dataset");
        String column = cluster.weights;
        checkArgument(
                column == null,
                "%s expects weights of a Dataset in itself but got weights(\"%s\"), which names a column; call weights(…) of the Dataset"
                        + " instead",
                who,
                column);
        return new ClusterFit(
                network, trainer, cluster, own, new ReadDatasets(who, network, cluster.workers, train, validation));
    }

    private static History fit(ClusterFit prepared) {
        return prepared.run(false);
    }

    private History resume(ClusterFit prepared) {
        checkPresent(
                cluster.checkpoints,
                "resume expects a trainer with checkpoints to go on from but got one without; call checkpoints(uri) first, for the"
                        + " run to be resumed as well");
        return prepared.run(true);
    }

    @Override
    public String toString() {
        return "Spark" + trainer + " on " + cluster;
    }
}
