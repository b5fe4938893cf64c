package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.LinearMap;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The linear map {@code y = x Wᵀ} of {@code x [features]} by {@code W [units, features]} to {@code y [units]}. */
public record MatrixMultiply() implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1).trainable("weight"));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        Shape weight = parameters.get(0);
        if (x.rank() != 1) {
            throw ShapeException.expected("input [features]", x, "put a Flatten before it");
        }
        if (weight.rank() != 2 || weight.dim(1) != x.dim(0)) {
            throw ShapeException.expected("weight [units, " + x.dim(0) + "]", weight);
        }
        return Shape.of(weight.dim(0));
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).mmul(call.parameter(0).transpose()).dup('c');
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray dx = dy.mmul(call.parameter(0));
        INDArray dw = dy.transpose().mmul(call.input(0));
        return Gradients.of(dx).parameters(dw);
    }

    @Override
    public Optional<LinearMap> linearMap(List<Shape> parameters) {
        return Optional.of(LinearMap.outputsFirst(parameters.get(0), 1));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(Shift.PER_CHANNEL, "is linear, so a constant in gives a constant W·δ out");
    }
}
