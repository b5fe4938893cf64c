package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Sliding;

/**
 * The largest elements of as many windows as are wanted, whatever the length of the sequence: element {@code i} of {@code n} is the largest of those from
 * {@code ⌊i length / n⌋} to below {@code ⌈(i + 1) length / n⌉}. Input {@code [channels, length]}, output {@code [channels, size]}; learns
 * nothing. For one window, {@link GlobalMaxPool1d} yields {@code [channels]}.
 *
 * @param size elements of the result, at least 1
 */
public record AdaptiveMaxPool1d(int size) implements Layer {

    public AdaptiveMaxPool1d {
        checkArgument(size >= 1, "AdaptiveMaxPool1d expects a size of at least 1 but got %s", size);
    }

    /** To {@code size} elements. */
    public static AdaptiveMaxPool1d of(int size) {
        return new AdaptiveMaxPool1d(size);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape sequence = SequenceShapes.require(x);
        int each = Math.toIntExact(sequence.dim(1) / size);
        return (long) each * size == sequence.dim(1)
                ? scope.apply(new MaxPooling(1, each, Sliding.BY_ONE, Sliding.by(each)), x)
                : scope.apply(new AdaptiveMaxPooling(1, size), x);
    }

    @Override
    public String toString() {
        return "AdaptiveMaxPool1d(" + size + ")";
    }
}
