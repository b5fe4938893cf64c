package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.Network;
import io.github.bn4j.spark.internal.inference.ScoredOutput;
import io.github.bn4j.spark.internal.ml.FittedNetwork;
import io.github.bn4j.spark.internal.ml.SavedNetwork;
import io.github.bn4j.spark.internal.ml.TrainingParams;
import io.github.bn4j.spark.internal.ml.Uids;
import io.github.bn4j.train.History;
import java.util.Optional;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Tuple3;

/**
 * A trained network as a model of spark.ml: what {@link BatchNormClassifier} fits. {@code transform} predicts in batches, as {@link SparkModel}
 * does.
 *
 * <p>{@code rawPrediction} has the scores of the network, {@code probability} their softmax. For a network that ends with a single logit {@code x} they
 * are {@code (−x, x)} and {@code (1 − σ(x), σ(x))}, as for Spark's binary logistic regression.
 */
public final class BatchNormClassificationModel
        extends ProbabilisticClassificationModel<Vector, BatchNormClassificationModel> implements MLWritable {

    private static final long serialVersionUID = 1;

    private @Nullable String uid;
    private @Nullable BooleanParam foldForInference;
    private @Nullable Param<String> predictedLabelCol;
    private final FittedNetwork fitted;
    private final int numClasses;
    private final boolean single;

    BatchNormClassificationModel(FittedNetwork fitted) {
        this.fitted = fitted;
        Network network = fitted.file().shared();
        numClasses = BatchNormClassifier.outputClasses(network.graph());
        single = network.graph().outputs().values().iterator().next().shape().size() == 1;
        setDefault(foldForInference(), false);
        setDefault(predictedLabelCol(), "");
    }

    @Override
    public String uid() {
        String known = uid;
        if (known == null) {
            known = Uids.next("batchNormClassificationModel");
            uid = known;
        }
        return known;
    }

    /** Whether predictions have batch normalisations folded into their neighbours. */
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

    /** Sets {@link #foldForInference}. */
    public BatchNormClassificationModel setFoldForInference(boolean value) {
        set(foldForInference(), value);
        return this;
    }

    /** Sets {@link #predictedLabelCol}. */
    public BatchNormClassificationModel setPredictedLabelCol(String column) {
        set(predictedLabelCol(), column);
        return this;
    }

    /** A copy of the network, for whatever Spark is not needed for. */
    public Network network() {
        return fitted.file().copy();
    }

    /** The epochs of the training; empty for a model that was loaded. */
    public Optional<History> history() {
        return fitted.history();
    }

    @Override
    public int numClasses() {
        return numClasses;
    }

    @Override
    public int numFeatures() {
        return fitted.numFeatures();
    }

    /**
     * Adds columns for what the network says of each row; see {@link SparkModel#transform(Dataset, String)}.
     *
     * @throws IllegalArgumentException if the column of features is missing or does not fit, or a column would be replaced
     */
    @Override
    public Dataset<Row> transform(Dataset<?> data) {
        return model().transform(checkGiven(data, "transform", "a DataFrame"), getFeaturesCol());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return model().transformSchema(schema, getFeaturesCol());
    }

    private SparkModel model() {
        boolean fold = (Boolean) getOrDefault(foldForInference());
        SparkModel model = fitted.model(fold)
                .rawPredictionColumn(getRawPredictionCol())
                .probabilityColumn(getProbabilityCol())
                .predictionColumn(getPredictionCol())
                .predictedLabelColumn(getOrDefault(predictedLabelCol()));
        return isDefined(thresholds()) ? model.thresholds(getThresholds()) : model;
    }

    /** The scores of a single example, which {@code transform} computes for many at once. */
    @Override
    public Vector predictRaw(Vector features) {
        double[] raw = fitted.raw(features);
        return single ? Vectors.dense(-raw[0], raw[0]) : Vectors.dense(raw);
    }

    @Override
    public Vector raw2probabilityInPlace(Vector raw) {
        double[] values = ((DenseVector) raw).values();
        double[] probability = ScoredOutput.probability(values, single);
        System.arraycopy(probability, 0, values, 0, values.length);
        return raw;
    }

    /** What Spark finds out for its summaries; here only because Java wants one of two that it inherits. */
    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Tuple3 findSummaryModel() {
        return super.findSummaryModel();
    }

    @Override
    public BatchNormClassificationModel copy(ParamMap extra) {
        BatchNormClassificationModel copy = Uids.known(uid(), () -> new BatchNormClassificationModel(fitted));
        return copyValues(copy, extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return SavedNetwork.writer(this, fitted.file());
    }

    /** Reads models that were saved. */
    public static MLReader<BatchNormClassificationModel> read() {
        return SavedNetwork.reader(
                BatchNormClassificationModel.class,
                (network, uid) -> new BatchNormClassificationModel(new FittedNetwork(network, null)));
    }

    /** Reads a model that was saved. */
    public static BatchNormClassificationModel load(String path) {
        return read().load(path);
    }
}
