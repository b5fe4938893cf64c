package io.github.bn4j.spark;

import io.github.bn4j.spark.internal.ml.TrainingParams;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** What estimators of spark.ml that train networks have in common: their params. */
public interface NetworkEstimator<E extends NetworkEstimator<E>> extends Params {

    /** Where the params are; for this library. */
    TrainingParams trainingParams();

    /** The number of epochs, passes over the data, at least 1. */
    default IntParam maxIter() {
        return trainingParams().maxIter;
    }

    /** The number of examples of a step over all workers, at least 1. */
    default IntParam batchSize() {
        return trainingParams().batchSize;
    }

    /** The learning rate of Adam, above 0. */
    default DoubleParam stepSize() {
        return trainingParams().stepSize;
    }

    /**
     * The seed of initial parameters, order of examples and random masks. An estimator of a {@link Network}, and one that was loaded, has the
     * initial parameters of that network whatever the seed is.
     */
    default LongParam seed() {
        return trainingParams().seed;
    }

    /**
     * The number of tasks that train together, as {@link SparkTrainer} does; as many slots have to be free. With 1 the network is trained at the
     * driver, which has to hold the rows, without the jobs that several need in each epoch.
     */
    default IntParam numWorkers() {
        return trainingParams().numWorkers;
    }

    /** The column with the weight of each example; none if it is not set or empty. */
    default Param<String> weightCol() {
        return trainingParams().weightCol;
    }

    /** Whether the model predicts with batch normalisations folded into their neighbours. */
    default BooleanParam foldForInference() {
        return trainingParams().foldForInference;
    }

    /** Sets {@link #maxIter}. */
    default E setMaxIter(int epochs) {
        return with(maxIter(), epochs);
    }

    /** Sets {@link #batchSize}. */
    default E setBatchSize(int examples) {
        return with(batchSize(), examples);
    }

    /** Sets {@link #stepSize}. */
    default E setStepSize(double learningRate) {
        return with(stepSize(), learningRate);
    }

    /** Sets {@link #seed}. */
    default E setSeed(long value) {
        return with(seed(), value);
    }

    /** Sets {@link #numWorkers}. */
    default E setNumWorkers(int workers) {
        return with(numWorkers(), workers);
    }

    /** Sets {@link #weightCol}. */
    default E setWeightCol(String column) {
        return with(weightCol(), column);
    }

    /** Sets {@link #foldForInference}. */
    default E setFoldForInference(boolean folded) {
        return with(foldForInference(), folded);
    }

    @SuppressWarnings("unchecked")
    private <T> E with(Param<T> param, T value) {
        set(param, value);
        return (E) this;
    }

    /** {@link #maxIter}. */
    default int getMaxIter() {
        return (Integer) getOrDefault(maxIter());
    }

    /** {@link #batchSize}. */
    default int getBatchSize() {
        return (Integer) getOrDefault(batchSize());
    }

    /** {@link #stepSize}. */
    default double getStepSize() {
        return (Double) getOrDefault(stepSize());
    }

    /** {@link #seed}. */
    default long getSeed() {
        return (Long) getOrDefault(seed());
    }

    /** {@link #numWorkers}. */
    default int getNumWorkers() {
        return (Integer) getOrDefault(numWorkers());
    }

    /** {@link #weightCol}; empty for none. */
    default String getWeightCol() {
        return isDefined(weightCol()) ? getOrDefault(weightCol()) : "";
    }

    /** {@link #foldForInference}. */
    default boolean getFoldForInference() {
        return (Boolean) getOrDefault(foldForInference());
    }
}
