package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.function.StandardFunction;
import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The loss of {@link Loss#focal}: the mean of {@code −α_t (1 − p_t)^γ ln p_t} over the elements of an example, with the
 * probability {@code p_t} of what is wanted (Lin et al. 2017, section 3); torchvision's {@code sigmoid_focal_loss}. It is
 * computed from {@code ln p_t = −ln(1 + e^−s)} with the logit {@code s} of what is wanted, so that it is finite for every
 * finite logit.
 *
 * @param gamma how much less an example counts that is right already, at least 0; 0 is cross-entropy
 * @param alpha weight of positives, from 0 to 1, where negatives have {@code 1 − α}; empty where both weigh 1
 */
public record FocalLoss(double gamma, OptionalDouble alpha) implements Loss {

    private static final String NAME = "focal";

    /** Refuses numbers out of range. */
    public FocalLoss {
        checkNotNegative(NAME, "gamma", gamma);
        checkGiven(alpha, NAME, "an alpha, or none");
        checkArgument(
                alpha.isEmpty() || (alpha.getAsDouble() >= 0 && alpha.getAsDouble() <= 1),
                "%s expects alpha from 0 to 1 but got %s",
                NAME,
                alpha.orElse(Double.NaN));
    }

    /** With another γ, at least 0. */
    public FocalLoss gamma(double focus) {
        return new FocalLoss(focus, alpha);
    }

    /**
     * Weighs positives by α and negatives by {@code 1 − α}. The usual 0.25 weighs positives <em>less</em>, because γ has made so
     * little of the many negatives; for rare positives without that, take more than 0.5.
     *
     * @param weight from 0 to 1
     */
    public FocalLoss alpha(double weight) {
        return new FocalLoss(gamma, OptionalDouble.of(weight));
    }

    /** Weighs positives and negatives alike, by 1. */
    public FocalLoss withoutAlpha() {
        return new FocalLoss(gamma, OptionalDouble.empty());
    }

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return Formula.meanOfElements(scope, output, target, this::elements);
    }

    private Value elements(Formula formula, Value output, Value target) {
        Value logit = formula.times(formula.line(2, target, -1), output);
        Value entropy = formula.of(StandardFunction.SOFTPLUS, formula.line(-1, logit, 0));
        Value logOther = formula.of(StandardFunction.SOFTPLUS, logit);
        Value focus = formula.of(StandardFunction.EXP, formula.line(-gamma, logOther, 0));
        Value loss = formula.times(focus, entropy);
        if (alpha.isEmpty()) {
            return loss;
        }
        double positive = alpha.getAsDouble();
        return formula.times(formula.line(2 * positive - 1, target, 1 - positive), loss);
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        ElementTargets.requireRange(NAME, "0 or 1", target -> target == 0 || target == 1, targets, data);
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.MULTI_LABEL);
    }

    @Override
    public String toString() {
        return NAME + ", gamma " + gamma + (alpha.isEmpty() ? "" : ", alpha " + alpha.getAsDouble());
    }

    /** How it is serialized, as an optional number is not. */
    private record Serialized(double gamma, @Nullable Double alpha) implements Serializable {

        private Object readResolve() {
            return new FocalLoss(gamma, alpha == null ? OptionalDouble.empty() : OptionalDouble.of(alpha));
        }
    }

    private Object writeReplace() {
        return new Serialized(gamma, alpha.isEmpty() ? null : alpha.getAsDouble());
    }
}
