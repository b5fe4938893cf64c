package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A loss of which somebody has said what it is for. */
record LossForTask(Loss loss, Task said) implements Loss {

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return loss.trace(scope, output, target);
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        loss.check(output, targets, data);
    }

    @Override
    public Optional<double[]> weights(Shape output, INDArray targets) {
        return loss.weights(output, targets);
    }

    @Override
    public OptionalInt ignoredClass() {
        return loss.ignoredClass();
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(said);
    }

    @Override
    public String toString() {
        return loss + " for " + said;
    }
}
