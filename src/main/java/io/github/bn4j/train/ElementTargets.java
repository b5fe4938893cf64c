package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Floats;
import java.util.function.DoublePredicate;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What targets have to be that are shaped like the output. */
final class ElementTargets {

    private ElementTargets() {}

    /** Whether an output and its target are one number per example, such as {@code [1]} and {@code []}: nothing to mix up. */
    static boolean areSingle(Shape output, Shape target) {
        return output.size() == 1 && target.size() == 1;
    }

    /** Refuses targets of another shape. */
    static void requireLike(Shape output, Shape target) {
        if (!target.equals(output)) {
            throw ShapeException.expected(
                    "targets " + output + " like the output",
                    target,
                    target.size() == output.size()
                            ? "reshape them to that shape per example"
                            : "give the network an output for each target");
        }
    }

    /**
     * Refuses targets out of range.
     *
     * @param range what they may be, in words
     * @param targets {@code [examples, …]}. Not modified.
     */
    static void requireRange(String who, String range, DoublePredicate inRange, INDArray targets, String data) {
        double[] values = Floats.values(targets);
        int perExample = values.length / (int) targets.size(0);
        for (int i = 0; i < values.length; i++) {
            checkArgument(
                    inRange.test(values[i]),
                    "%s expects targets %s but got %s in row %s of the %s",
                    who,
                    range,
                    values[i],
                    i / perExample,
                    data);
        }
    }
}
