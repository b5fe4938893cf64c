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
 * Logarithm of the softmax over the channels: {@code y_c = z_c − log Σ_k e^(z_k)} with {@code z = x − max x} at every
 * position of {@code x [channels, …]}; finite for all finite {@code x}.
 */
public record LogSoftmax() implements Op {

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
        INDArray shifted = x.sub(x.max(true, 1));
        INDArray y = shifted.subi(Transforms.log(Transforms.exp(shifted, true).sum(true, 1), false));
        call.keep(y);
        return y;
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray softmax = Transforms.exp(call.kept(0), true);
        return Gradients.of(dy.sub(softmax.muli(dy.sum(true, 1))));
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
