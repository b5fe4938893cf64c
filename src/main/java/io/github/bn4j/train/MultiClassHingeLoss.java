package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The loss of {@link Loss#multiClassHinge}. */
record MultiClassHingeLoss() implements Loss {

    private static final String NAME = "multiClassHinge";

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        Shape shape = output.shape();
        if (shape.rank() != 1) {
            throw ShapeException.expected("scores [classes]", shape, "end the network with a Dense layer");
        }
        if (target.shape().rank() != 0) {
            throw ShapeException.expected(
                    "labels as class numbers [] per example", target.shape(), "reshape them to [examples]");
        }
        Formula formula = new Formula(scope);
        Value wanted = formula.oneHot(shape.dim(0), target);
        Value own = formula.sumOfChannels(formula.times(wanted, output));
        Value margins = formula.positive(formula.line(1, formula.minus(output, own), 1));
        return formula.mean(formula.times(formula.line(-1, wanted, 1), margins));
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        ClassTargets.requireClasses(NAME, output);
        ClassTargets.requireNumbers(NAME, output, targets, OptionalInt.empty(), data);
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.CLASSIFICATION);
    }

    @Override
    public String toString() {
        return NAME;
    }
}
