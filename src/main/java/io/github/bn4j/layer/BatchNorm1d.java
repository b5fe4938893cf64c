package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.ShapeException;
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
public record BatchNorm1d(BatchNorm norm) implements BatchNormalized<BatchNorm1d> {

    public BatchNorm1d {
        checkGiven(norm, "BatchNorm1d", "settings");
    }

    /** The defaults of {@link BatchNorm#DEFAULT}. */
    public static BatchNorm1d of() {
        return new BatchNorm1d(BatchNorm.DEFAULT);
    }

    @Override
    public BatchNorm1d norm(BatchNorm norm) {
        return new BatchNorm1d(norm);
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
