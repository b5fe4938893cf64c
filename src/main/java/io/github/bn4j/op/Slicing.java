package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The part of a value from index {@code from} up to but without {@code to} along an axis.
 *
 * @param axis axis of the example, 0 for the channels
 * @param from first index
 * @param to index after the last
 */
public record Slicing(int axis, int from, int to) implements Op {

    public Slicing {
        checkArgument(axis >= 0, "Slicing expects an axis of at least 0 but got %s", axis);
        checkArgument(from >= 0 && from < to, "Slicing expects 0 ≤ from < to but got from %s, to %s", from, to);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (axis >= x.rank()) {
            throw ShapeException.expected("input with an axis " + axis, x);
        }
        if (to > x.dim(axis)) {
            throw ShapeException.expected("input with at least " + to + " elements along axis " + axis, x);
        }
        return x.with(axis, to - from);
    }

    @Override
    public INDArray forward(Call call) {
        return Views.interval(Views.readable(call.input(0)), axis + 1, from, to).dup('c');
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray dx = Nd4j.create(dy.dataType(), call.input(0).shape());
        Views.interval(dx, axis + 1, from, to).assign(dy);
        return Gradients.of(dx);
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(shift, "leaves elements out without changing the others");
    }
}
