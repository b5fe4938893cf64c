package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Nonlinearity;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Softmax over the channels: {@code y_c = e^(x_c − max x) / Σ_k e^(x_k − max x)} at every position of
 * {@code x [channels, …]}. The maximum changes nothing in exact arithmetic and keeps the exponentials finite.
 */
public record Softmax() implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x);
        }
        return x;
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        INDArray y = Transforms.exp(x.sub(x.max(true, 1)), false);
        y.divi(y.sum(true, 1));
        call.keep(y);
        return y;
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray y = call.kept(0);
        return Gradients.of(dy.sub(dy.mul(y).sum(true, 1)).muli(y));
    }

    @Override
    public Optional<Nonlinearity> nonlinearity() {
        return Optional.of(Nonlinearity.OUTPUT);
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return shift == Shift.UNIFORM
                ? ShiftEffect.absorbs("depends on differences between channels only, which are all shifted alike")
                : ShiftEffect.blocks("weighs channels against each other, which a shift of one of them changes");
    }
}
