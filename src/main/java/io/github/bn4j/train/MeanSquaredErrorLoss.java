package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.MeanSquaredError;
import java.util.Optional;

/** The loss of {@link Loss#meanSquaredError}. */
record MeanSquaredErrorLoss() implements Loss {

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return scope.apply(new MeanSquaredError(), output, new Formula(scope).singleLike(output, target));
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.REGRESSION);
    }

    @Override
    public String toString() {
        return "meanSquaredError";
    }
}
