package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of {@link Loss#binaryCrossEntropy}: the mean of {@code (1 − t) x + (1 + (p − 1) t) ln(1 + e⁻ˣ)} over the elements
 * of an example, with logit {@code x}, target {@code t} and weight {@code p} of the positive; PyTorch's
 * {@code BCEWithLogitsLoss}, which is finite for every finite logit.
 *
 * @param positives weight of a positive, for each label (axis 0 of the output) or one for all; empty for 1
 */
public record BinaryCrossEntropyLoss(List<Double> positives) implements Loss {

    private static final String NAME = "binaryCrossEntropy";

    /**
     * Checks the weights.
     *
     * @throws IllegalArgumentException if one is negative or not finite, or all are 0
     */
    public BinaryCrossEntropyLoss {
        positives = List.copyOf(checkGiven(positives, NAME, "weights of positives"));
        checkArgument(
                positives.stream().allMatch(weight -> weight >= 0 && Double.isFinite(weight))
                        && (positives.isEmpty() || positives.stream().anyMatch(weight -> weight > 0)),
                "%s expects weights of positives of at least 0, not all of them 0, but got %s",
                NAME,
                positives);
    }

    /**
     * Weighs positives, for labels that few examples have; negatives over positives is usual.
     *
     * @param perLabel a weight of at least 0 for each label, or one for all
     */
    public BinaryCrossEntropyLoss positiveWeights(double... perLabel) {
        checkGiven(perLabel, "positiveWeights", "a weight per label");
        checkArgument(perLabel.length > 0, "positiveWeights expects a weight per label but got none");
        return new BinaryCrossEntropyLoss(Arrays.stream(perLabel).boxed().toList());
    }

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return Formula.meanOfElements(scope, output, target, this::elements);
    }

    private Value elements(Formula formula, Value output, Value target) {
        Shape shape = output.shape();
        checkArgument(
                positives.size() <= 1 || (shape.rank() > 0 && positives.size() == shape.dim(0)),
                "%s expects a weight of positives for each label of an output %s, or one for all, but got %s: %s",
                NAME,
                shape,
                positives.size(),
                positives);
        Value negative = formula.times(formula.line(-1, target, 1), output);
        Value softplus = formula.of(StandardFunction.SOFTPLUS, formula.line(-1, output, 0));
        return formula.plus(negative, formula.times(weight(formula, target), softplus));
    }

    /** {@code 1 + (p − 1) t}. */
    private Value weight(Formula formula, Value target) {
        if (positives.size() <= 1) {
            double weight = positives.isEmpty() ? 1 : positives.get(0);
            return formula.line(weight - 1, target, 1);
        }
        List<Double> more = positives.stream().map(weight -> weight - 1).toList();
        return formula.line(1, formula.weighted(more, target), 1);
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        ElementTargets.requireRange(NAME, "from 0 to 1", target -> target >= 0 && target <= 1, targets, data);
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.MULTI_LABEL);
    }

    @Override
    public String toString() {
        return NAME + (positives.isEmpty() ? "" : ", positiveWeights " + positives);
    }
}
