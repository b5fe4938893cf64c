package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.DataException;
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
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * An estimator of spark.ml that trains a network to predict numbers: {@code
 * BatchNormRegressor.of(Network.input(8).dense(32).batchNorm1d().relu().dense(1)).fit(train).transform(test)}. It stands in a {@code
 * Pipeline}, a {@code CrossValidator} and what else takes a {@code Regressor}.
 *
 * <p>The network ends with a single number, and is trained by Adam. The column of features has vectors, arrays of numbers, images or, for one number,
 * numbers; labels are numbers, best of mean 0 and deviation 1 or so, as a network begins near there. A smaller last batch of an epoch joins the one before, as a
 * single example cannot be normalised.
 *
 * <p>Params besides those of every regressor, with their defaults: {@code loss} ({@code squaredError}; {@code absoluteError}, {@code huber}), and those of
 * {@link NetworkEstimator}: {@code maxIter} (10) epochs, {@code batchSize} (32), {@code stepSize} (1e-3), {@code seed} (42), {@code numWorkers} (1), {@code
 * weightCol} (none), {@code foldForInference} (false). The same seed gives the same model, whatever {@code numWorkers} is, up to rounding. For several numbers,
 * other losses, optimisers and schedules train by {@link SparkTrainer}, and predict by {@link SparkModel}.
 */
public final class BatchNormRegressor extends Regressor<Vector, BatchNormRegressor, BatchNormRegressionModel>
        implements NetworkEstimator<BatchNormRegressor>, MLWritable {

    private static final long serialVersionUID = 1;

    /* The constructors of Spark's classes ask for the unique name and for all params before a field here is set. */

    private @Nullable String uid;
    private @Nullable TrainingParams training;
    private @Nullable Param<String> loss;
    private final transient InitialNetwork initial;

    private BatchNormRegressor(InitialNetwork initial) {
        this.initial = initial;
        EstimatorTraining.setDefaults(this);
        setDefault(loss(), "squaredError");
        requireNumber(initial.graph());
    }

    /**
     * An estimator of networks that are built with its seed, in float32.
     *
     * @param network with one input and one output
     * @throws IllegalArgumentException if it ends with anything but one number {@code [1]}
     */
    public static BatchNormRegressor of(NetworkBuilder network) {
        checkGiven(network, "BatchNormRegressor", "a NetworkBuilder");
        return new BatchNormRegressor(InitialNetwork.of(network));
    }

    /**
     * An estimator that goes on from a network as it is now; each {@code fit} trains a copy.
     *
     * @param network with one input and one output, of ops of this library
     * @throws IllegalArgumentException if it ends with anything but one number {@code [1]}
     */
    public static BatchNormRegressor of(Network network) {
        checkGiven(network, "BatchNormRegressor", "a Network");
        return new BatchNormRegressor(InitialNetwork.of(PortableNetwork.of(network)));
    }

    private static void requireNumber(Graph graph) {
        EstimatorTraining.requireSingle("BatchNormRegressor", graph);
        Shape shape = EstimatorTraining.output(graph).shape();
        checkArgument(
                shape.rank() == 1 && shape.size() == 1,
                "BatchNormRegressor expects one number [1] at the end of the network but got %s; end it with dense(1), or use"
                        + " SparkTrainer",
                shape);
    }

    @Override
    public String uid() {
        String known = uid;
        if (known == null) {
            known = Uids.next("batchNormRegressor");
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

    /** What is made small: {@code squaredError}, {@code absoluteError}, or {@code huber} with squares up to a distance of 1. */
    public Param<String> loss() {
        Param<String> known = loss;
        if (known == null) {
            known = TrainingParams.loss(this);
            loss = known;
        }
        return known;
    }

    /** Sets {@link #loss}. */
    public BatchNormRegressor setLoss(String name) {
        set(loss(), name);
        return this;
    }

    /** {@link #loss}. */
    public String getLoss() {
        return getOrDefault(loss());
    }

    private EstimatorTraining training() {
        return new EstimatorTraining(this, getFeaturesCol(), getLabelCol());
    }

    private FramePlan plan(StructType schema) {
        FramePlan plan = training().plan(initial.graph(), schema);
        DataException.check(
                !(schema.apply(getLabelCol()).dataType() instanceof StringType),
                "fit expects numbers in column \"%s\" for output \"%s\" but got string; cast it, or take BatchNormClassifier for names"
                        + " of classes",
                getLabelCol(),
                EstimatorTraining.output(initial.graph()).name());
        return plan;
    }

    /**
     * Trains a network.
     *
     * @throws IllegalArgumentException if a column is missing or does not fit the network, or a row cannot be used; the message names it
     */
    @Override
    public BatchNormRegressionModel fit(Dataset<?> data) {
        checkGiven(data, "fit", "a DataFrame");
        return copyValues(train(data).setParent(this), ParamMap.empty());
    }

    /** Trains a network; for Spark, which copies params afterwards. */
    @Override
    public BatchNormRegressionModel train(Dataset<?> data) {
        plan(data.schema());
        Network network = initial.network(getSeed());
        Loss smaller = requireNonNull(TrainingParams.LOSSES.get(getLoss()));
        History history = training().train(network, data, smaller);
        return Uids.known(
                uid(), () -> new BatchNormRegressionModel(new FittedNetwork(PortableNetwork.of(network), history)));
    }

    /**
     * The schema of what the model will make of a DataFrame.
     *
     * @throws IllegalArgumentException if a column is missing, has a type that does not fit the network, or would be replaced
     */
    @Override
    public StructType transformSchema(StructType schema) {
        plan(schema);
        ScoredOutput number = new ScoredOutput(
                EstimatorTraining.output(initial.graph()).name(),
                EstimatorTraining.output(initial.graph()).shape(),
                Task.REGRESSION,
                List.of(),
                new ScoreColumns("", "", getPredictionCol(), ""),
                null);
        return SparkModel.schema(schema, List.of(number));
    }

    @Override
    public BatchNormRegressor copy(ParamMap extra) {
        BatchNormRegressor copy = Uids.known(uid(), () -> new BatchNormRegressor(initial));
        return copyValues(copy, extra);
    }

    @Override
    public MLWriter write() {
        return SavedNetwork.writer(this, PortableNetwork.of(initial.network(getSeed())));
    }

    /** Reads estimators that were saved. */
    public static MLReader<BatchNormRegressor> read() {
        return SavedNetwork.reader(
                BatchNormRegressor.class, (network, uid) -> new BatchNormRegressor(InitialNetwork.of(network)));
    }

    /** Reads an estimator that was saved. */
    public static BatchNormRegressor load(String path) {
        return read().load(path);
    }
}
