package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sum of two values of the same shape, element by element. */
public record Addition() implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        if (!inputs.get(0).equals(inputs.get(1))) {
            throw ShapeException.expected("two inputs of the same shape", inputs.get(0) + " and " + inputs.get(1));
        }
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).add(call.input(1));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy, dy);
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs) {
        return ShiftEffect.yields(shift, "adds, so the sum is shifted alike");
    }
}
