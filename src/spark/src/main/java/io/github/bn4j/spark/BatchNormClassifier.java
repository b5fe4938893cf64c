package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.spark.internal.frame.FramePlan;
import io.github.bn4j.spark.internal.inference.PortableNetwork;
import io.github.bn4j.spark.internal.inference.ScoreColumns;
import io.github.bn4j.spark.internal.inference.ScoredOutput;
import io.github.bn4j.spark.internal.ml.FittedNetwork;
import io.github.bn4j.spark.internal.ml.InitialNetwork;
import io.github.bn4j.spark.internal.ml.SavedNetwork;
import io.github.bn4j.spark.internal.ml.TrainingParams;
import io.github.bn4j.spark.internal.ml.Uids;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Task;
import java.util.List;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

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
        implements NetworkEstimator<BatchNormClassifier>, MLWritable {

    private static final long serialVersionUID = 1;

    /* The constructors of Spark's classes ask for the unique name and for all params before a field here is set. */

    private @Nullable String uid;
    private @Nullable TrainingParams training;
    private @Nullable Param<String> predictedLabelCol;
    private final transient InitialNetwork initial;

    private BatchNormClassifier(InitialNetwork initial) {
        this.initial = initial;
        EstimatorTraining.setDefaults(this);
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
        EstimatorTraining.requireSingle("BatchNormClassifier", graph);
        Shape scores = EstimatorTraining.output(graph).shape();
        checkArgument(
                scores.rank() == 1,
                "BatchNormClassifier expects a score for each class [classes] at the end of the network but got %s; flatten"
                        + " it before the last layer",
                scores);
        return scores.size() == 1 ? 2 : Math.toIntExact(scores.size());
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

    @Override
    public TrainingParams trainingParams() {
        TrainingParams known = training;
        if (known == null) {
            known = new TrainingParams(this);
            training = known;
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

    /** Sets {@link #predictedLabelCol}. */
    public BatchNormClassifier setPredictedLabelCol(String column) {
        set(predictedLabelCol(), column);
        return this;
    }

    /** {@link #predictedLabelCol}; empty for none. */
    public String getPredictedLabelCol() {
        return getOrDefault(predictedLabelCol());
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
        Loss loss = EstimatorTraining.output(network.graph()).shape().size() == 1
                ? Loss.binaryCrossEntropy()
                : Loss.softmaxCrossEntropy();
        History history = training().train(network, data, loss);
        return Uids.known(
                uid(), () -> new BatchNormClassificationModel(new FittedNetwork(PortableNetwork.of(network), history)));
    }

    private EstimatorTraining training() {
        return new EstimatorTraining(this, getFeaturesCol(), getLabelCol());
    }

    /**
     * The schema of what the model will make of a DataFrame.
     *
     * @throws IllegalArgumentException if a column is missing, has a type that does not fit the network, or would be replaced
     */
    @Override
    public StructType transformSchema(StructType schema) {
        Graph graph = initial.graph();
        FramePlan plan = training().plan(graph, schema);
        Shape shape = EstimatorTraining.output(graph).shape();
        ScoredOutput scores = new ScoredOutput(
                EstimatorTraining.output(graph).name(),
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
