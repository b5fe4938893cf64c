package io.github.bn4j.check;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Yields its parameter {@code [batch, shape]} whatever the input, so that what comes after has a gradient by its input. */
record GivenInput() implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        long[] dims = parameters.get(0).dims();
        return Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
    }

    @Override
    public INDArray forward(Call call) {
        return call.parameter(0);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(call.input(0).ulike().assign(0)).parameters(dy);
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.absorbs("ignores its input");
    }
}
