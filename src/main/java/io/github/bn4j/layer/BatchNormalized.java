package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Statistics;

/**
 * The words in which batch normalisations are told about their settings. Each returns the layer with one setting changed, and
 * throws {@link IllegalArgumentException} for what it cannot be.
 *
 * @param <L> the layer itself
 */
public interface BatchNormalized<L extends BatchNormalized<L>> extends Layer {

    /** All settings. */
    BatchNorm norm();

    /** Sets them all. */
    L norm(BatchNorm norm);

    /** Adds {@code epsilon} to the variance before its root is taken; 1e-5 by default. */
    default L epsilon(double epsilon) {
        return norm(norm().epsilon(epsilon));
    }

    /** Multiplies by a learned scale per channel, which is the default, or does not. */
    default L gamma(boolean scale) {
        return norm(norm().affine(norm().affine().gamma(scale)));
    }

    /** Adds a learned shift per channel, which is the default, or does not. */
    default L beta(boolean shift) {
        return norm(norm().affine(norm().affine().beta(shift)));
    }

    /** Starts gamma from {@code value}, 1 by default; 0 suits the last one of a residual branch. */
    default L initialGamma(double value) {
        return norm(norm().affine(norm().affine().initialGamma(value)));
    }

    /** Starts beta from {@code value}, 0 by default. */
    default L initialBeta(double value) {
        return norm(norm().affine(norm().affine().initialBeta(value)));
    }

    /** Chooses how the running averages follow the batches; {@code RunningAverage.keep(0.9)} by default. */
    default L runningAverage(RunningAverage average) {
        return norm(norm().average(average));
    }

    /** Chooses which variance is averaged; {@code RunningVariance.UNBIASED} by default. */
    default L runningVariance(RunningVariance variance) {
        return norm(norm().variance(variance));
    }

    /** Chooses what training normalises with; {@link Statistics#batch()} by default. */
    default L statistics(Statistics statistics) {
        return norm(norm().statistics(statistics));
    }

    /** Lets training move the running averages, which is the default, or leaves them. */
    default L updateRunning(boolean updateRunning) {
        return norm(norm().update(updateRunning));
    }

    /** Trains gamma and beta, which is the default, or leaves them as they are. */
    default L trainAffine(boolean trainAffine) {
        return norm(norm().affine(norm().affine().train(trainAffine)));
    }
}
