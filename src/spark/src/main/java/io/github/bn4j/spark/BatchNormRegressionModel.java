package io.github.bn4j.spark;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.Network;
import io.github.bn4j.spark.internal.ml.FittedNetwork;
import io.github.bn4j.spark.internal.ml.SavedNetwork;
import io.github.bn4j.spark.internal.ml.TrainingParams;
import io.github.bn4j.spark.internal.ml.Uids;
import io.github.bn4j.train.History;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** A trained network as a model of spark.ml: what {@link BatchNormRegressor} fits. {@code transform} predicts in batches, as {@link SparkModel} does. */
public final class BatchNormRegressionModel extends RegressionModel<Vector, BatchNormRegressionModel>
        implements MLWritable {

    private static final long serialVersionUID = 1;

    private @Nullable String uid;
    private @Nullable BooleanParam foldForInference;
    private final FittedNetwork fitted;

    BatchNormRegressionModel(FittedNetwork fitted) {
        this.fitted = fitted;
        setDefault(foldForInference(), false);
    }

    @Override
    public String uid() {
        String known = uid;
        if (known == null) {
            known = Uids.next("batchNormRegressionModel");
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

    /** Sets {@link #foldForInference}. */
    public BatchNormRegressionModel setFoldForInference(boolean value) {
        set(foldForInference(), value);
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
    public int numFeatures() {
        return fitted.numFeatures();
    }

    /**
     * Adds a column for what the network says of each row; see {@link SparkModel#transform(Dataset, String)}.
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
        return fitted.model((Boolean) getOrDefault(foldForInference())).predictionColumn(getPredictionCol());
    }

    /** The number for a single example, which {@code transform} computes for many at once. */
    @Override
    public double predict(Vector features) {
        return fitted.raw(features)[0];
    }

    @Override
    public BatchNormRegressionModel copy(ParamMap extra) {
        BatchNormRegressionModel copy = Uids.known(uid(), () -> new BatchNormRegressionModel(fitted));
        return copyValues(copy, extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return SavedNetwork.writer(this, fitted.file());
    }

    /** Reads models that were saved. */
    public static MLReader<BatchNormRegressionModel> read() {
        return SavedNetwork.reader(
                BatchNormRegressionModel.class,
                (network, uid) -> new BatchNormRegressionModel(new FittedNetwork(network, null)));
    }

    /** Reads a model that was saved. */
    public static BatchNormRegressionModel load(String path) {
        return read().load(path);
    }
}
