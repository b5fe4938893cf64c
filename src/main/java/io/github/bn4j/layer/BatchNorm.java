package io.github.bn4j.layer;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.BatchNormalization;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a batch normalisation, which {@link BatchNorm1d} and {@link BatchNorm2d} share.
 *
 * @param epsilon added to the variance
 * @param scale whether there is a gamma
 * @param shift whether there is a beta
 * @param initialGamma first value of gamma
 * @param initialBeta first value of beta
 * @param runningAverage how the running statistics follow the batches
 * @param runningVariance which variance they average
 * @param batchStatistics whether training normalises with the statistics of the batch; false uses the running ones
 * @param updateRunning whether training updates the running averages
 * @param trainAffine whether gamma and beta are trained
 */
public record BatchNorm(
        double epsilon,
        boolean scale,
        boolean shift,
        double initialGamma,
        double initialBeta,
        RunningAverage runningAverage,
        RunningVariance runningVariance,
        boolean batchStatistics,
        boolean updateRunning,
        boolean trainAffine) {

    /** Epsilon 1e-5, gamma 1, beta 0, running average keep 0.9, unbiased running variance, everything trained. */
    public static final BatchNorm DEFAULT =
            new BatchNorm(1e-5, true, true, 1, 0, RunningAverage.keep(0.9), RunningVariance.UNBIASED, true, true, true);

    BatchNorm epsilon(double epsilon) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm scale(boolean scale) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm shift(boolean shift) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm initialGamma(double initialGamma) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm initialBeta(double initialBeta) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm runningAverage(RunningAverage runningAverage) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm runningVariance(RunningVariance runningVariance) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm batchStatistics(boolean batchStatistics) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm updateRunning(boolean updateRunning) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    BatchNorm trainAffine(boolean trainAffine) {
        return new BatchNorm(
                epsilon,
                scale,
                shift,
                initialGamma,
                initialBeta,
                runningAverage,
                runningVariance,
                batchStatistics,
                updateRunning,
                trainAffine);
    }

    Value trace(Scope scope, Value x) {
        Shape perChannel = Shape.of(x.shape().dim(0));
        List<Parameter> parameters = new ArrayList<>();
        if (scale) {
            parameters.add(scope.vector("gamma", perChannel, Initializer.constant(initialGamma)));
        }
        if (shift) {
            parameters.add(scope.vector("beta", perChannel, Initializer.constant(initialBeta)));
        }
        parameters.add(scope.state("runningMean", perChannel, Initializer.constant(0)));
        parameters.add(scope.state("runningVariance", perChannel, Initializer.constant(1)));
        BatchNormalization op = new BatchNormalization(
                epsilon,
                scale,
                shift,
                batchStatistics,
                updateRunning,
                trainAffine,
                runningAverage.newWeight(),
                runningVariance == RunningVariance.UNBIASED);
        return scope.apply(op, List.of(x), parameters);
    }

    /** What differs from the defaults, in words. */
    String changes() {
        List<String> words = new ArrayList<>();
        note(words, epsilon != DEFAULT.epsilon, "epsilon " + epsilon);
        note(words, !scale, "no gamma");
        note(words, !shift, "no beta");
        note(words, initialGamma != 1, "gamma from " + initialGamma);
        note(words, initialBeta != 0, "beta from " + initialBeta);
        note(words, !runningAverage.equals(DEFAULT.runningAverage), runningAverage.toString());
        note(words, runningVariance != RunningVariance.UNBIASED, "biased running variance");
        note(words, !batchStatistics, "running statistics");
        note(words, !updateRunning, "running averages fixed");
        note(words, !trainAffine, "gamma and beta fixed");
        return String.join(", ", words);
    }

    private static void note(List<String> words, boolean changed, String text) {
        if (changed) {
            words.add(text);
        }
    }
}
