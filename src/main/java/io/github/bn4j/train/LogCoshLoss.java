package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Optional;

/** The loss of {@link Loss#logCosh}, as {@code |e| + ln(1 + e^(−2|e|)) − ln 2}, which never overflows. */
record LogCoshLoss() implements Loss {

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return Formula.meanOfElements(scope, output, target, LogCoshLoss::elements);
    }

    private static Value elements(Formula formula, Value output, Value target) {
        Value size = formula.of(StandardFunction.ABS, formula.minus(output, target));
        Value softplus = formula.of(StandardFunction.SOFTPLUS, formula.line(-2, size, 0));
        return formula.line(1, formula.plus(size, softplus), -Math.log(2));
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.REGRESSION);
    }

    @Override
    public String toString() {
        return "logCosh";
    }
}
