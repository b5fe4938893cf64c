package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.spark.internal.frame.FrameColumns;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.frame.TaskFailure;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import io.github.bn4j.spark.internal.inference.ScoreColumns;
import io.github.bn4j.spark.internal.inference.ScoredOutput;
import io.github.bn4j.spark.internal.ml.InitialNetwork;
import io.github.bn4j.spark.internal.ml.SavedNetwork;
import io.github.bn4j.spark.internal.ml.TrainingParams;
import io.github.bn4j.spark.internal.ml.Uids;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Task;
import java.util.List;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An estimator of spark.ml that trains a network: {@code
 * BatchNormClassifier.of(Network.input(64).dense(32).batchNorm1d().relu().dense(10)).fit(train).transform(test)}. It stands in a {@code
 * Pipeline}, a {@code CrossValidator} and what else takes a {@code ProbabilisticClassifier}.
 *
 * <p>The network ends with a score for each class, and is trained by softmax cross-entropy and Adam; one that ends with a single logit is trained by
 * binary cross-entropy and tells two classes. The column of features has vectors, arrays of numbers, images or, for one number, numbers. Labels are
 * numbers from 0, as a {@code StringIndexer} makes them, or names, which are numbered as they are sorted. A smaller last batch of an epoch joins the one
 * before, as a single example cannot be normalised.
 *
 * <p>Params besides those of every classifier, with their defaults: {@code maxIter} (10) epochs, {@code batchSize} (32), {@code stepSize} (1e-3),
 * {@code seed} (42), {@code numWorkers} (1), {@code weightCol} (none), {@code foldForInference} (false), {@code predictedLabelCol} (none). The same
 * seed gives the same model, whatever {@code numWorkers} is, up to rounding. For other losses, optimisers and schedules train by {@link SparkTrainer},
 * and predict by {@link SparkModel}.
 */
public final class BatchNormClassifier
        extends ProbabilisticClassifier<Vector, BatchNormClassifier, BatchNormClassificationModel>
        implements MLWritable {

    private static final long serialVersionUID = 1;

    /* The constructors of Spark's classes ask for the unique name and for all params before a field here is set. */

    private @Nullable String uid;
    private @Nullable TrainingParams training;
    private @Nullable BooleanParam foldForInference;
    private @Nullable Param<String> predictedLabelCol;
    private final transient InitialNetwork initial;

    private BatchNormClassifier(InitialNetwork initial) {
        this.initial = initial;
        setDefault(maxIter(), 10);
        setDefault(batchSize(), 32);
        setDefault(stepSize(), 1e-3);
        setDefault(seed(), 42L);
        setDefault(numWorkers(), 1);
        setDefault(foldForInference(), false);
        setDefault(predictedLabelCol(), "");
        outputClasses(initial.graph());
    }

    /**
     * An estimator of networks that are built with its seed, in float32.
     *
     * @param network with one input and one output
     * @throws IllegalArgumentException if it ends with anything but scores {@code [classes]} or a logit {@code [1]}
     */
    public static BatchNormClassifier of(NetworkBuilder network) {
        checkGiven(network, "BatchNormClassifier", "a NetworkBuilder");
        return new BatchNormClassifier(InitialNetwork.of(network));
    }

    /**
     * An estimator that goes on from a network as it is now; each {@code fit} trains a copy.
     *
     * @param network with one input and one output, of ops of this library
     * @throws IllegalArgumentException if it ends with anything but scores {@code [classes]} or a logit {@code [1]}
     */
    public static BatchNormClassifier of(Network network) {
        checkGiven(network, "BatchNormClassifier", "a Network");
        return new BatchNormClassifier(InitialNetwork.of(PortableNetwork.of(network)));
    }

    /** How many classes the only output of a graph tells apart. */
    static int outputClasses(Graph graph) {
        checkArgument(
                graph.inputs().size() == 1 && graph.outputs().size() == 1,
                "BatchNormClassifier expects a network with one input and one output but got %s and %s; use SparkTrainer",
                graph.inputs().keySet(),
                graph.outputs().keySet());
        Shape scores = output(graph).shape();
        checkArgument(
                scores.rank() == 1,
                "BatchNormClassifier expects a score for each class [classes] at the end of the network but got %s; flatten"
                        + " it before the last layer",
                scores);
        return scores.size() == 1 ? 2 : Math.toIntExact(scores.size());
    }

    private static Value output(Graph graph) {
        return graph.outputs().values().iterator().next();
    }

    @Override
    public String uid() {
        String known = uid;
        if (known == null) {
            known = Uids.next("batchNormClassifier");
            uid = known;
        }
        return known;
    }

    private TrainingParams training() {
        TrainingParams known = training;
        if (known == null) {
            known = new TrainingParams(this);
            training = known;
        }
        return known;
    }

    /** The number of epochs, passes over the data, at least 1. */
    public IntParam maxIter() {
        return training().maxIter;
    }

    /** The number of examples of a step over all workers, at least 1. */
    public IntParam batchSize() {
        return training().batchSize;
    }

    /** The learning rate of Adam, above 0. */
    public DoubleParam stepSize() {
        return training().stepSize;
    }

    /**
     * The seed of initial parameters, order of examples and random masks. An estimator of a {@link Network}, and one that was loaded, has the
     * initial parameters of that network whatever the seed is.
     */
    public LongParam seed() {
        return training().seed;
    }

    /**
     * The number of tasks that train together, as {@link SparkTrainer} does; as many slots have to be free. With 1 the network is trained at the
     * driver, which has to hold the rows, without the jobs that several need in each epoch.
     */
    public IntParam numWorkers() {
        return training().numWorkers;
    }

    /** The column with the weight of each example; none if it is not set or empty. */
    public Param<String> weightCol() {
        return training().weightCol;
    }

    /** Whether the model predicts with batch normalisations folded into their neighbours. */
    public BooleanParam foldForInference() {
        BooleanParam known = foldForInference;
        if (known == null) {
            known = TrainingParams.foldForInference(this);
            foldForInference = known;
        }
        return known;
    }

    /** The column for the name of the predicted class, where classes have names; none if it is empty. */
    public Param<String> predictedLabelCol() {
        Param<String> known = predictedLabelCol;
        if (known == null) {
            known = TrainingParams.predictedLabelCol(this);
            predictedLabelCol = known;
        }
        return known;
    }

    /** Sets {@link #maxIter}. */
    public BatchNormClassifier setMaxIter(int epochs) {
        return with(maxIter(), epochs);
    }

    /** Sets {@link #batchSize}. */
    public BatchNormClassifier setBatchSize(int examples) {
        return with(batchSize(), examples);
    }

    /** Sets {@link #stepSize}. */
    public BatchNormClassifier setStepSize(double learningRate) {
        return with(stepSize(), learningRate);
    }

    /** Sets {@link #seed}. */
    public BatchNormClassifier setSeed(long value) {
        return with(seed(), value);
    }

    /** Sets {@link #numWorkers}. */
    public BatchNormClassifier setNumWorkers(int workers) {
        return with(numWorkers(), workers);
    }

    /** Sets {@link #weightCol}. */
    public BatchNormClassifier setWeightCol(String column) {
        return with(weightCol(), column);
    }

    /** Sets {@link #foldForInference}. */
    public BatchNormClassifier setFoldForInference(boolean folded) {
        return with(foldForInference(), folded);
    }

    /** Sets {@link #predictedLabelCol}. */
    public BatchNormClassifier setPredictedLabelCol(String column) {
        return with(predictedLabelCol(), column);
    }

    private <T> BatchNormClassifier with(Param<T> param, T value) {
        set(param, value);
        return this;
    }

    /** {@link #maxIter}. */
    public int getMaxIter() {
        return (Integer) getOrDefault(maxIter());
    }

    /** {@link #batchSize}. */
    public int getBatchSize() {
        return (Integer) getOrDefault(batchSize());
    }

    /** {@link #stepSize}. */
    public double getStepSize() {
        return (Double) getOrDefault(stepSize());
    }

    /** {@link #seed}. */
    public long getSeed() {
        return (Long) getOrDefault(seed());
    }

    /** {@link #numWorkers}. */
    public int getNumWorkers() {
        return (Integer) getOrDefault(numWorkers());
    }

    /** {@link #weightCol}; empty for none. */
    public String getWeightCol() {
        return isDefined(weightCol()) ? getOrDefault(weightCol()) : "";
    }

    /** {@link #foldForInference}. */
    public boolean getFoldForInference() {
        return (Boolean) getOrDefault(foldForInference());
    }

    /** {@link #predictedLabelCol}; empty for none. */
    public String getPredictedLabelCol() {
        return getOrDefault(predictedLabelCol());
    }

    private FrameColumns columns(Graph graph) {
        FrameColumns columns = FrameColumns.of("fit", graph, getFeaturesCol()).label("fit", graph, getLabelCol());
        return getWeightCol().isEmpty() ? columns : columns.weight("fit", getWeightCol());
    }

    /**
     * Trains a network.
     *
     * @throws IllegalArgumentException if a column is missing or does not fit the network, or a row cannot be used; the message names it
     */
    @Override
    public BatchNormClassificationModel fit(Dataset<?> data) {
        checkGiven(data, "fit", "a DataFrame");
        return copyValues(train(data).setParent(this), ParamMap.empty());
    }

    /** Trains a network; for Spark, which copies params afterwards. */
    @Override
    public BatchNormClassificationModel train(Dataset<?> data) {
        Network network = initial.network(getSeed());
        History history = trained(network, data);
        return Uids.known(uid(), () -> new BatchNormClassificationModel(PortableNetwork.of(network), history));
    }

    private History trained(Network network, Dataset<?> data) {
        Loss loss =
                output(network.graph()).shape().size() == 1 ? Loss.binaryCrossEntropy() : Loss.softmaxCrossEntropy();
        if (getNumWorkers() > 1) {
            SparkTrainer trainer = SparkTrainer.of(network)
                    .workers(getNumWorkers())
                    .optimizer(Adam.of(getStepSize()))
                    .loss(loss)
                    .epochs(getMaxIter())
                    .batchSize(getBatchSize())
                    .seed(getSeed())
                    .tail(TailBatch.MERGE);
            return (getWeightCol().isEmpty() ? trainer : trainer.weights(getWeightCol()))
                    .fit(data.toDF(), getFeaturesCol(), getLabelCol());
        }
        FramePlan plan = FramePlan.of("fit", network.graph(), DataType.FLOAT, columns(network.graph()), data.schema())
                .withClasses(data.toDF(), network);
        return network.trainer()
                .optimizer(Adam.of(getStepSize()))
                .loss(loss)
                .epochs(getMaxIter())
                .batchSize(getBatchSize())
                .seed(getSeed())
                .tail(TailBatch.MERGE)
                .fit(TaskFailure.unwrapped(
                        () -> plan.dataset(plan.encode(data.toDF()).collect())));
    }

    /**
     * The schema of what the model will make of a DataFrame.
     *
     * @throws IllegalArgumentException if a column is missing, has a type that does not fit the network, or would be replaced
     */
    @Override
    public StructType transformSchema(StructType schema) {
        Graph graph = initial.graph();
        FramePlan plan = FramePlan.of("fit", graph, DataType.FLOAT, columns(graph), schema);
        Shape shape = output(graph).shape();
        ScoredOutput scores = new ScoredOutput(
                output(graph).name(),
                shape,
                shape.size() == 1 ? Task.MULTI_LABEL : Task.CLASSIFICATION,
                List.copyOf(plan.classNames().keySet()),
                new ScoreColumns(
                        getRawPredictionCol(), getProbabilityCol(), getPredictionCol(), getPredictedLabelCol()),
                null);
        return SparkModel.schema(schema, List.of(scores));
    }

    @Override
    public BatchNormClassifier copy(ParamMap extra) {
        BatchNormClassifier copy = Uids.known(uid(), () -> new BatchNormClassifier(initial));
        return copyValues(copy, extra);
    }

    @Override
    public MLWriter write() {
        return SavedNetwork.writer(this, PortableNetwork.of(initial.network(getSeed())));
    }

    /** Reads estimators that were saved. */
    public static MLReader<BatchNormClassifier> read() {
        return SavedNetwork.reader(
                BatchNormClassifier.class, (network, uid) -> new BatchNormClassifier(InitialNetwork.of(network)));
    }

    /** Reads an estimator that was saved. */
    public static BatchNormClassifier load(String path) {
        return read().load(path);
    }
}
