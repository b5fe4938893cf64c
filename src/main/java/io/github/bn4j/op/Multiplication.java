package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The product of two values of the same rank, element by element. An axis of length 1 is repeated to the length that the
 * other value has there, so that a gate {@code [channels, 1, 1]} scales the channels of an image.
 */
public record Multiplication() implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(2));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return Broadcasting.shape(inputs);
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).mul(call.input(1));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(
                Broadcasting.sum(dy.mul(call.input(1)), call.input(0)),
                Broadcasting.sum(dy.mul(call.input(0)), call.input(1)));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.blocks("multiplies the shift by a factor that differs from example to example");
    }
}
