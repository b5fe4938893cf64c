package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Masking;

/**
 * Drops a branch for some examples, at the end of the branch: in training all of an example becomes 0 with probability {@code rate},
 * and is divided by {@code 1 − rate} otherwise (Huang et al. 2016, Deep Networks with Stochastic Depth, section 3; scaled while
 * training, as is usual since). In a {@link Residual} only the shortcut is left of what is dropped. The shape stays; learns nothing.
 *
 * @param rate probability of 0, from 0 to below 1
 */
public record StochasticDepth(double rate) implements Layer {

    public StochasticDepth {
        checkRate("StochasticDepth", rate);
    }

    /**
     * Drops each example with probability {@code rate}.
     *
     * @param rate from 0 to below 1
     * @throws IllegalArgumentException if it is another number
     */
    public static StochasticDepth of(double rate) {
        return new StochasticDepth(rate);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Masking(rate, Masking.Unit.EXAMPLE), x);
    }

    @Override
    public String toString() {
        return "StochasticDepth(" + rate + ")";
    }
}
