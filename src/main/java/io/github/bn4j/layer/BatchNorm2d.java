package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import java.util.List;

/**
 * Batch normalisation of images, with one mean and variance per channel over the batch and all positions.
 *
 * <p>Input and output {@code [channels, height, width]} per example. Learns {@code gamma [channels]} (initially 1) and {@code beta [channels]}
 * (initially 0); keeps {@code runningMean [channels]} and {@code runningVariance [channels]}, which predictions use and
 * {@code fit} updates. Training on one value per channel is refused. Ioffe and Szegedy 2015, algorithms 1 and 2.
 *
 * <p>Called with a second value, such as a mask, it weighs the values by it in mean and variance; see {@link
 * io.github.bn4j.op.BatchNormalization}.
 *
 * @param norm the settings that both batch normalisation layers share
 */
public record BatchNorm2d(BatchNorm norm) implements Layer {

    /** Refuses what no layer can do. */
    public BatchNorm2d {
        checkGiven(norm, "BatchNorm2d", "settings");
    }

    /** The defaults of {@link BatchNorm#DEFAULT}. */
    public static BatchNorm2d of() {
        return new BatchNorm2d(BatchNorm.DEFAULT);
    }

    /** The same with another number added to the variance. */
    public BatchNorm2d epsilon(double epsilon) {
        return new BatchNorm2d(norm.epsilon(epsilon));
    }

    /** The same with or without a learned scale. */
    public BatchNorm2d gamma(boolean scale) {
        return new BatchNorm2d(norm.affine(norm.affine().gamma(scale)));
    }

    /** The same with or without a learned shift. */
    public BatchNorm2d beta(boolean shift) {
        return new BatchNorm2d(norm.affine(norm.affine().beta(shift)));
    }

    /** The same with gamma initially {@code value}; 0 for the last one of a residual branch. */
    public BatchNorm2d initialGamma(double value) {
        return new BatchNorm2d(norm.affine(norm.affine().initialGamma(value)));
    }

    /** The same with beta initially {@code value}. */
    public BatchNorm2d initialBeta(double value) {
        return new BatchNorm2d(norm.affine(norm.affine().initialBeta(value)));
    }

    /** The same with another running average. */
    public BatchNorm2d runningAverage(RunningAverage average) {
        return new BatchNorm2d(norm.average(average));
    }

    /** The same with another running variance. */
    public BatchNorm2d runningVariance(RunningVariance variance) {
        return new BatchNorm2d(norm.variance(variance));
    }

    /** The same that normalises with other statistics in training. */
    public BatchNorm2d statistics(Statistics statistics) {
        return new BatchNorm2d(norm.statistics(statistics));
    }

    /** The same that updates its running averages in training, or leaves them. */
    public BatchNorm2d updateRunning(boolean updateRunning) {
        return new BatchNorm2d(norm.update(updateRunning));
    }

    /** The same that trains gamma and beta, or leaves them. */
    public BatchNorm2d trainAffine(boolean trainAffine) {
        return new BatchNorm2d(norm.affine(norm.affine().train(trainAffine)));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return trace(scope, List.of(x));
    }

    @Override
    public Value trace(Scope scope, List<Value> inputs) {
        Value x = inputs.get(0);
        if (x.shape().rank() != 3) {
            throw ShapeException.expected(
                    "input [channels, height, width]", x.shape(), "use BatchNorm1d after Flatten");
        }
        return norm.trace(scope, inputs);
    }

    @Override
    public String toString() {
        return "BatchNorm2d(" + norm.changes() + ")";
    }
}
