package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleAndShift;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The product of a value and a parameter {@code factor}: of one number per channel, {@code [channels]}, or of the rank of
 * the value with axes as long as its own or of length 1, which are repeated. The shape of the value stays.
 *
 * @param trained whether the optimiser changes the factor; otherwise it is a constant
 */
public record Scaling(boolean trained) implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Repeated.operands("factor", trained));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return Repeated.shape("factor", inputs.get(0), parameters.get(0));
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).mul(Repeated.view(call));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        Gradients gradients = Gradients.of(dy.mul(Repeated.view(call)));
        return trained ? gradients.parameters(Repeated.sum(dy.mul(call.input(0)), call)) : gradients;
    }

    @Override
    public Optional<ScaleAndShift.Rule> scaleAndShift(List<Shape> inputs, List<Shape> parameters) {
        return Repeated.perChannel(
                inputs,
                parameters,
                (channels, values) ->
                        new ScaleAndShift(Repeated.values(channels, values.apply("factor")), new double[channels]));
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        Shift factor = Repeated.differs(inputs.get(0), parameters.get(0));
        return ShiftEffect.yields(shift.join(factor), "multiplies a constant by constants");
    }
}
