package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The loss of {@link Loss#klDivergence}: cross-entropy less the entropy of the targets, in which {@code 0 ln 0} is 0. */
record KlDivergenceLoss() implements Loss {

    private static final String NAME = "klDivergence";

    // A share of 0 has a logarithm too, so that their product is 0. Float32 holds this number.
    private static final double SMALLEST = 1e-37;

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        if (output.shape().rank() < 1) {
            throw ShapeException.expected(
                    "logits [classes, …]", output.shape(), "end the network with an output per class");
        }
        ElementTargets.requireLike(output.shape(), target.shape());
        Formula formula = new Formula(scope);
        Value crossEntropy = scope.apply(new SoftmaxCrossEntropy(), output, target);
        Value logarithm =
                formula.of(StandardFunction.LOG, formula.of(new Clipping(SMALLEST, Double.POSITIVE_INFINITY), target));
        Value negativeEntropy = formula.sumOfChannels(formula.times(target, logarithm));
        return formula.plus(formula.mean(crossEntropy), formula.mean(negativeEntropy));
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        ClassTargets.requireClasses(NAME, output);
        ClassTargets.requireDistributions(NAME, targets, data);
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
