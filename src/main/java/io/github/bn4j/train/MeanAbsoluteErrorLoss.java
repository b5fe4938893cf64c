package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Optional;

/** The loss of {@link Loss#meanAbsoluteError}. */
record MeanAbsoluteErrorLoss() implements Loss {

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return Formula.meanOfElements(scope, output, target, MeanAbsoluteErrorLoss::elements);
    }

    private static Value elements(Formula formula, Value output, Value target) {
        return formula.of(StandardFunction.ABS, formula.minus(output, target));
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.REGRESSION);
    }

    @Override
    public String toString() {
        return "meanAbsoluteError";
    }
}
