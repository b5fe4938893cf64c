package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Transposition;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The axes of each example in another order: what an {@link Embedding} makes of a row of numbers, {@code [length, width]}, becomes {@code
 * [channels, length]} by {@code Permute.of(1, 0)}. Learns nothing.
 *
 * @param axes for each axis of the output, which axis of the input it is; the batch is none of them, so that 0 is the channels
 */
public record Permute(List<Integer> axes) implements Layer {

    /** Refuses what is no order of axes 0, 1, …. */
    public Permute {
        axes = List.copyOf(checkGiven(axes, "Permute", "axes"));
        checkArgument(
                axes.stream()
                        .sorted()
                        .toList()
                        .equals(IntStream.range(0, axes.size()).boxed().toList()),
                "Permute expects each axis from 0 to %s once but got %s; the axis of the batch is not counted",
                axes.size() - 1,
                axes);
    }

    /** To the given order. */
    public static Permute of(int... axes) {
        return new Permute(
                IntStream.of(checkGiven(axes, "Permute", "axes")).boxed().toList());
    }

    @Override
    public Value trace(Scope scope, Value x) {
        if (x.shape().rank() != axes.size()) {
            throw ShapeException.expected(
                    "input of " + axes.size() + " axes", x.shape(), "name each axis of an example once");
        }
        return scope.apply(new Transposition(axes), x);
    }

    @Override
    public String toString() {
        return "Permute(" + axes + ")";
    }
}
