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
 * The sum of two values of the same rank, element by element. An axis of length 1 is repeated to the length that the
 * other value has there.
 */
public record Addition() implements Op {

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
        return call.input(0).add(call.input(1));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(Broadcasting.sum(dy, call.input(0)), Broadcasting.sum(dy, call.input(1)));
    }

    // Repetition keeps every state: it copies constants, and never depends on the example.
    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(shift, "adds, so the sum is shifted alike");
    }
}
