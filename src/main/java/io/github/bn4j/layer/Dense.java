package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MatrixMultiply;

/**
 * Fully connected layer: {@code y = x Wᵀ + b}.
 *
 * <p>Input {@code [features]} per example, output {@code [units]}. Learns {@code weight [units, features]}, initially
 * normal with variance {@code 2 / features}, and, where it is not redundant, {@code bias [units]}, initially 0.
 *
 * @param units number of output features, at least 1
 * @param useBias {@link UseBias#AUTO} (default) keeps the bias only where it can change an output
 */
public record Dense(int units, UseBias useBias) implements Layer {

    public Dense {
        checkGiven(useBias, "Dense", "a UseBias");
        checkArgument(units >= 1, "Dense expects at least 1 unit but got %s", units);
    }

    /** A layer of {@code units} outputs that keeps its bias only where it is needed. */
    public static Dense of(int units) {
        return new Dense(units, UseBias.AUTO);
    }

    /** Keeps the bias, or leaves it out, whatever follows; by default it is kept only where it can change an output. */
    public Dense useBias(boolean useBias) {
        return new Dense(units, UseBias.of(useBias));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        if (x.shape().rank() != 1) {
            throw ShapeException.expected("input [features]", x.shape(), "put a Flatten before it");
        }
        long features = x.shape().dim(0);
        Parameter weight = scope.weight("weight", Shape.of(units, features), Initializer.heNormal(features));
        return scope.addBias(scope.apply(new MatrixMultiply(), x, weight), useBias);
    }

    @Override
    public String toString() {
        return "Dense(" + units + Describe.bias(useBias) + ")";
    }
}
