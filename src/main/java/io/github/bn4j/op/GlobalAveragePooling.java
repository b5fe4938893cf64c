package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Sums;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The mean of each channel over all positions: {@code [channels, height, width]} or {@code [channels, length]} to {@code [channels]}. */
public record GlobalAveragePooling() implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        return Shape.of(Sequences.image(x, Sliding.BY_ONE).dim(0));
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = Sequences.images(call.input(0));
        long positions = x.size(2) * x.size(3);
        INDArray rows = x.reshape('c', x.size(0) * x.size(1), positions);
        return Sums.ofRows(rows).divi(positions).reshape('c', x.size(0), x.size(1));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray x = Sequences.images(call.input(0));
        double positions = x.size(2) * x.size(3);
        INDArray dx = x.ulike().assign(0);
        dx.addi(dy.div(positions).reshape('c', x.size(0), x.size(1), 1, 1));
        return Gradients.of(Sequences.like(call.input(0), dx));
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(
                shift == Shift.UNIFORM ? shift : Shift.PER_CHANNEL,
                "averages each channel, so its mean is shifted by the mean of the shift");
    }
}
