package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Reshaping;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of {@link Loss#contrastive}: {@code t d² + (1 − t) max(margin − d, 0)²} with the distance {@code d} of two embeddings
 * (Hadsell et al. 2006, without its halves; PyTorch's distance).
 *
 * @param margin the distance from which different ones are far enough, at least 0
 */
public record ContrastiveLoss(double margin) implements Loss {

    private static final String NAME = "contrastive";

    /** Refuses a negative margin. */
    public ContrastiveLoss {
        checkNotNegative(NAME, "a margin", margin);
    }

    /** With another margin, at least 0. */
    public ContrastiveLoss margin(double distance) {
        return new ContrastiveLoss(distance);
    }

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        if (output.shape().rank() != 2 || output.shape().dim(0) != 2) {
            throw ShapeException.expected(
                    "embeddings [2, width] of a pair", output.shape(), "concatenate the two and reshape them");
        }
        if (target.shape().rank() != 0) {
            throw ShapeException.expected(
                    "targets [] per pair, 1 for the same and 0 for different",
                    target.shape(),
                    "reshape them to [examples]");
        }
        Formula formula = new Formula(scope);
        Value distance = formula.distance(formula.at(0, output), formula.at(1, output));
        Value same = scope.apply(new Reshaping(Shape.of(1)), target);
        Value near = formula.times(same, formula.square(distance));
        Value missing = formula.positive(formula.line(-1, distance, margin));
        Value far = formula.times(formula.line(-1, same, 1), formula.square(missing));
        return formula.mean(formula.plus(near, far));
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        ElementTargets.requireRange(NAME, "0 or 1", target -> target == 0 || target == 1, targets, data);
    }

    @Override
    public String toString() {
        return NAME + ", margin " + margin;
    }
}
