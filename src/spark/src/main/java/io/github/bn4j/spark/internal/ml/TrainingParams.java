package io.github.bn4j.spark.internal.ml;

import io.github.bn4j.train.Loss;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable;

/** The params of estimators that train networks, by the names that spark.ml has for them where it has some. */
public final class TrainingParams {

    /** Losses of numbers by their names in params. */
    public static final Map<String, Loss> LOSSES = losses();

    public final IntParam maxIter;
    public final IntParam batchSize;
    public final DoubleParam stepSize;
    public final LongParam seed;
    public final IntParam numWorkers;
    public final Param<String> weightCol;
    public final BooleanParam foldForInference;

    private static Map<String, Loss> losses() {
        Map<String, Loss> losses = new LinkedHashMap<>();
        losses.put("squaredError", Loss.meanSquaredError());
        losses.put("absoluteError", Loss.meanAbsoluteError());
        losses.put("huber", Loss.huber(1));
        return Collections.unmodifiableMap(losses);
    }

    /** Those of an estimator. */
    public TrainingParams(Identifiable parent) {
        maxIter = new IntParam(parent, "maxIter", "number of epochs, passes over the data", ParamValidators.gtEq(1));
        batchSize = new IntParam(
                parent, "batchSize", "number of examples of a step over all workers", ParamValidators.gtEq(1));
        stepSize = new DoubleParam(parent, "stepSize", "learning rate of Adam", ParamValidators.gt(0));
        seed = new LongParam(parent, "seed", "of initial parameters, order of examples and random masks");
        numWorkers = new IntParam(
                parent,
                "numWorkers",
                "number of tasks that train together, each on its part of a step",
                ParamValidators.gtEq(1));
        foldForInference = foldForInference(parent);
        weightCol = new Param<>(
                parent, "weightCol", "weight column name. If this is not set or empty, all examples weigh alike");
    }

    /** Whether batch normalisations are folded for predictions: a param of estimators and models. */
    public static BooleanParam foldForInference(Identifiable parent) {
        return new BooleanParam(
                parent,
                "foldForInference",
                "whether predictions have batch normalisations folded into their neighbours");
    }

    /** What is made small: a param of estimators of numbers. */
    public static Param<String> loss(Identifiable parent) {
        return new Param<>(
                parent,
                "loss",
                "what is made small, one of " + LOSSES.keySet(),
                ParamValidators.inArray(LOSSES.keySet().toArray(String[]::new)));
    }

    /** The column for names of classes: a param of estimators and models. */
    public static Param<String> predictedLabelCol(Identifiable parent) {
        return new Param<>(
                parent,
                "predictedLabelCol",
                "column for the name of the predicted class. If this is empty, there is none");
    }
}
