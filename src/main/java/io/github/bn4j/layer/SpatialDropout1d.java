package io.github.bn4j.layer;

import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Masking;

/**
 * Dropout of whole channels: in training each channel of each example becomes 0 with probability {@code rate}, the others
 * are divided by {@code 1 − rate} (Tompson et al. 2015, section 3.2). Input and output {@code [channels, length]}; learns
 * nothing.
 *
 * @param rate probability of 0, from 0 to below 1
 */
public record SpatialDropout1d(double rate) implements Layer {

    public SpatialDropout1d {
        checkRate("SpatialDropout1d", rate);
    }

    /**
     * Dropout of each channel with probability {@code rate}.
     *
     * @param rate from 0 to below 1
     * @throws IllegalArgumentException if it is another number
     */
    public static SpatialDropout1d of(double rate) {
        return new SpatialDropout1d(rate);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        SequenceShapes.require(x);
        return scope.apply(new Masking(rate, Masking.Unit.CHANNEL), x);
    }

    @Override
    public String toString() {
        return "SpatialDropout1d(" + rate + ")";
    }
}
