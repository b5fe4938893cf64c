package io.github.bn4j.bias;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Says that it cancels every shift, and passes everything on. */
record LyingIdentity() implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy);
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.absorbs("cancels nothing, whatever it says");
    }
}
