package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The loss of {@link Loss#hinge}. */
record HingeLoss() implements Loss {

    private static final String NAME = "hinge";

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return Formula.meanOfElements(scope, output, target, HingeLoss::elements);
    }

    private static Value elements(Formula formula, Value output, Value target) {
        return formula.positive(formula.line(-1, formula.times(target, output), 1));
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        ElementTargets.requireRange(NAME, "-1 or 1", target -> Math.abs(target) == 1, targets, data);
    }

    @Override
    public String toString() {
        return NAME;
    }
}
