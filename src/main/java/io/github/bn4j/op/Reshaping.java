package io.github.bn4j.op;

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

/**
 * The same elements of each example, in row-major order, under another shape.
 *
 * @param shape shape of one example of the output
 */
public record Reshaping(Shape shape) implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.size() != shape.size()) {
            throw ShapeException.expected(
                    "input of " + shape.size() + " elements to reshape to " + shape,
                    x,
                    "reshape to one of as many elements");
        }
        return shape;
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).reshape('c', shape.batched(call.batch()));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy.reshape('c', call.input(0).shape()));
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(
                shift == Shift.UNIFORM || keepsChannels(inputs.get(0)) ? shift : Shift.PER_POSITION,
                shape.rank() <= 1
                        ? "makes every element a channel of its own"
                        : "moves elements without changing them");
    }

    // Each new channel must lie within one old channel.
    private boolean keepsChannels(Shape from) {
        if (from.rank() < 1 || shape.rank() < 1) {
            return false;
        }
        long before = from.size() / from.dim(0);
        long after = shape.size() / shape.dim(0);
        return before % after == 0;
    }
}
