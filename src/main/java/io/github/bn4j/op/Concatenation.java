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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Any number of values, one after the other along an axis; all other axes agree.
 *
 * @param axis axis of the example, 0 for the channels
 */
public record Concatenation(int axis) implements Op {

    public Concatenation {
        checkArgument(axis >= 0, "Concatenation expects an axis of at least 0 but got %s", axis);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1, Integer.MAX_VALUE));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        if (inputs.isEmpty()) {
            throw ShapeException.expected("at least one input", "none");
        }
        Shape first = inputs.get(0);
        if (axis >= first.rank()) {
            throw ShapeException.expected("input with an axis " + axis, first);
        }
        long length = 0;
        for (Shape x : inputs) {
            if (x.rank() != first.rank() || !x.with(axis, 1).equals(first.with(axis, 1))) {
                throw ShapeException.expected(
                        "inputs that differ along axis " + axis + " only", inputs, "pad, crop or reshape the others");
            }
            length = Math.addExact(length, x.dim(axis));
        }
        return first.with(axis, length);
    }

    @Override
    public INDArray forward(Call call) {
        return Nd4j.concat(axis + 1, inputs(call).toArray(new INDArray[0]));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        List<INDArray> parts = new ArrayList<>();
        INDArray whole = Views.readable(dy);
        long from = 0;
        for (INDArray x : inputs(call)) {
            long to = from + x.size(axis + 1);
            parts.add(Views.interval(whole, axis + 1, from, to).dup('c'));
            from = to;
        }
        return new Gradients(parts, List.of());
    }

    // The inputs are as many as fill the output.
    private List<INDArray> inputs(Call call) {
        List<INDArray> inputs = new ArrayList<>();
        for (long filled = 0; filled < call.outputShape().dim(axis); ) {
            INDArray x = call.input(inputs.size());
            inputs.add(x);
            filled += x.size(axis + 1);
        }
        return inputs;
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        if (inputs.size() == 1) {
            return ShiftEffect.yields(shift, "copies elements without changing them");
        }
        return axis == 0
                ? ShiftEffect.yields(shift.join(Shift.PER_CHANNEL), "keeps every channel as it is")
                : ShiftEffect.yields(
                        Shift.PER_POSITION, "puts other positions beside the shifted ones in each channel");
    }
}
