package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Masking;

/**
 * Sets elements to 0 in training, each with probability {@code rate}, and divides the others by {@code 1 − rate}; does
 * nothing in predictions (Srivastava et al. 2014, section 10). Input and output have any shape,
 * the same; learns nothing.
 *
 * @param rate probability of 0, from 0 to below 1
 */
public record Dropout(double rate) implements Layer {

    public Dropout {
        checkRate("Dropout", rate);
    }

    /**
     * Dropout of each element with probability {@code rate}.
     *
     * @param rate from 0 to below 1
     * @throws IllegalArgumentException if it is another number
     */
    public static Dropout of(double rate) {
        return new Dropout(rate);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Masking(rate, Masking.Unit.ELEMENT), x);
    }

    @Override
    public String toString() {
        return "Dropout(" + rate + ")";
    }
}
