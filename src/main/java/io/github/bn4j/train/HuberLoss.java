package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkPositive;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import java.util.Optional;

/**
 * The loss of {@link Loss#huber}. With {@code c} the difference {@code e}, no larger than δ, it is {@code c (e − c / 2)}.
 *
 * @param delta where squares end
 */
record HuberLoss(double delta) implements Loss {

    HuberLoss {
        checkPositive("huber", "delta", delta);
    }

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return Formula.meanOfElements(scope, output, target, this::elements);
    }

    private Value elements(Formula formula, Value output, Value target) {
        Value difference = formula.minus(output, target);
        Value clipped = formula.within(delta, difference);
        return formula.times(clipped, formula.minus(difference, formula.line(0.5, clipped, 0)));
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.REGRESSION);
    }

    @Override
    public String toString() {
        return "huber, delta " + delta;
    }
}
