package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import java.util.List;

/**
 * Batch normalisation of features or sequences, with one mean and variance per channel over the batch and all positions.
 *
 * <p>Input and output {@code [channels]} or {@code [channels, length]} per example. Learns {@code gamma [channels]} (initially 1) and {@code beta [channels]}
 * (initially 0); keeps {@code runningMean [channels]} and {@code runningVariance [channels]}, which predictions use and
 * {@code fit} updates. Training on one value per channel is refused. Ioffe and Szegedy 2015, algorithms 1 and 2.
 *
 * <p>Called with a second value, such as a mask, it weighs the values by it in mean and variance; see {@link
 * io.github.bn4j.op.BatchNormalization}.
 *
 * @param norm the settings that both batch normalisation layers share
 */
public record BatchNorm1d(BatchNorm norm) implements Layer {

    public BatchNorm1d {
        checkGiven(norm, "BatchNorm1d", "settings");
    }

    /** The defaults of {@link BatchNorm#DEFAULT}. */
    public static BatchNorm1d of() {
        return new BatchNorm1d(BatchNorm.DEFAULT);
    }

    /** Adds {@code epsilon} to the variance before its root is taken; 1e-5 by default. */
    public BatchNorm1d epsilon(double epsilon) {
        return new BatchNorm1d(norm.epsilon(epsilon));
    }

    /** Multiplies by a learned scale per channel, which is the default, or does not. */
    public BatchNorm1d gamma(boolean scale) {
        return new BatchNorm1d(norm.affine(norm.affine().gamma(scale)));
    }

    /** Adds a learned shift per channel, which is the default, or does not. */
    public BatchNorm1d beta(boolean shift) {
        return new BatchNorm1d(norm.affine(norm.affine().beta(shift)));
    }

    /** Starts gamma from {@code value}, 1 by default; 0 suits the last one of a residual branch. */
    public BatchNorm1d initialGamma(double value) {
        return new BatchNorm1d(norm.affine(norm.affine().initialGamma(value)));
    }

    /** Starts beta from {@code value}, 0 by default. */
    public BatchNorm1d initialBeta(double value) {
        return new BatchNorm1d(norm.affine(norm.affine().initialBeta(value)));
    }

    /** Chooses how the running averages follow the batches; {@code RunningAverage.keep(0.9)} by default. */
    public BatchNorm1d runningAverage(RunningAverage average) {
        return new BatchNorm1d(norm.average(average));
    }

    /** Chooses which variance is averaged; {@code RunningVariance.UNBIASED} by default. */
    public BatchNorm1d runningVariance(RunningVariance variance) {
        return new BatchNorm1d(norm.variance(variance));
    }

    /** Chooses what training normalises with; {@link Statistics#batch()} by default. */
    public BatchNorm1d statistics(Statistics statistics) {
        return new BatchNorm1d(norm.statistics(statistics));
    }

    /** Lets training move the running averages, which is the default, or leaves them. */
    public BatchNorm1d updateRunning(boolean updateRunning) {
        return new BatchNorm1d(norm.update(updateRunning));
    }

    /** Trains gamma and beta, which is the default, or leaves them as they are. */
    public BatchNorm1d trainAffine(boolean trainAffine) {
        return new BatchNorm1d(norm.affine(norm.affine().train(trainAffine)));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return trace(scope, List.of(x));
    }

    @Override
    public Value trace(Scope scope, List<Value> inputs) {
        Value x = inputs.get(0);
        if (x.shape().rank() != 1 && x.shape().rank() != 2) {
            throw ShapeException.expected(
                    "input [channels] or [channels, length]", x.shape(), "use BatchNorm2d for images");
        }
        return norm.trace(scope, inputs);
    }

    @Override
    public String toString() {
        return "BatchNorm1d(" + norm.changes() + ")";
    }
}
