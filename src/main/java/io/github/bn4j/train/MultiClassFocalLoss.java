package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.Power;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of {@link Loss#multiClassFocal}: {@code −(1 − p)^γ ln p} with the probability {@code p} of the wanted class, the mean
 * over positions (Lin et al. 2017, section 3, for a softmax). {@code 1 − p} is added up from the probabilities of the other classes, so
 * that nothing is cancelled where an example is almost right.
 *
 * @param gamma how much less an example counts that is right already, at least 0; 0 is cross-entropy
 */
public record MultiClassFocalLoss(double gamma) implements Loss {

    private static final String NAME = "multiClassFocal";

    // A power has no gradient at 0. Float32 holds this number.
    private static final double SMALLEST = 1e-30;

    /** Refuses numbers out of range. */
    public MultiClassFocalLoss {
        checkNotNegative(NAME, "gamma", gamma);
    }

    /** With another γ, at least 0. */
    public MultiClassFocalLoss gamma(double focus) {
        return new MultiClassFocalLoss(focus);
    }

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        Shape shape = output.shape();
        SoftmaxCrossEntropy op = new SoftmaxCrossEntropy();
        op.outputShape(List.of(shape, target.shape()), List.of());
        if (ClassTargets.areDistributions(shape, target.shape())) {
            throw ShapeException.expected(
                    "labels as class numbers, one less axis than the output " + shape + ",",
                    target.shape(),
                    "use softmaxCrossEntropy for distributions");
        }
        Formula formula = new Formula(scope);
        Value losses = scope.apply(op, output, target);
        Value others = formula.line(-1, formula.oneHot(shape.dim(0), target), 1);
        Value wrong = formula.sumOfChannels(formula.times(others, scope.apply(new Softmax(), output)));
        Value focus = formula.of(new Power(gamma), formula.of(new Clipping(SMALLEST, Double.POSITIVE_INFINITY), wrong));
        return formula.mean(formula.times(formula.reshaped(target.shape(), focus), losses));
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
        return NAME + ", gamma " + gamma;
    }
}
