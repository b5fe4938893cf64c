package io.github.bn4j.train;

import static io.github.bn4j.train.OptimizerChecks.checkNotNegative;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;

/**
 * The loss of {@link Loss#triplet}: {@code max(d(a, p) − d(a, n) + margin, 0)} with PyTorch's distance
 * {@code d(a, b) = ‖a − b + 1e-6‖}.
 *
 * @param margin how much further the negative should be than the positive, at least 0
 * @param swap whether the distance of the negative is the smaller of those from the anchor and from the positive
 */
public record TripletLoss(double margin, boolean swap) implements Loss {

    /** Refuses a negative margin. */
    public TripletLoss {
        checkNotNegative("triplet", "a margin", margin);
    }

    /** With another margin, at least 0. */
    public TripletLoss margin(double distance) {
        return new TripletLoss(distance, swap);
    }

    /** Also looks at the distance of the negative from the positive (Balntas et al. 2016, section 3). */
    public TripletLoss swap(boolean both) {
        return new TripletLoss(margin, both);
    }

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        if (output.shape().rank() != 2 || output.shape().dim(0) != 3) {
            throw ShapeException.expected(
                    "embeddings [3, width] of anchor, positive and negative",
                    output.shape(),
                    "concatenate the three and reshape them");
        }
        Formula formula = new Formula(scope);
        Value anchor = formula.at(0, output);
        Value positive = formula.at(1, output);
        Value negative = formula.at(2, output);
        Value apart = formula.distance(anchor, negative);
        if (swap) {
            Value excess = formula.minus(apart, formula.distance(positive, negative));
            apart = formula.minus(apart, formula.positive(excess));
        }
        Value near = formula.distance(anchor, positive);
        return formula.mean(formula.positive(formula.line(1, formula.minus(near, apart), margin)));
    }

    @Override
    public String toString() {
        return "triplet, margin " + margin + (swap ? ", swap" : "");
    }
}
