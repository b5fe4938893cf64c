package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleAndShift;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sum of a value and a parameter {@code offset}: of one number per channel, {@code [channels]}, or of the rank of the
 * value with axes as long as its own or of length 1, which are repeated. The shape of the value stays. A bias that may be
 * left out is an {@link io.github.bn4j.graph.AddBias} instead.
 *
 * @param trained whether the optimiser changes the offset; otherwise it is a constant
 */
public record Shifting(boolean trained) implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Repeated.operands("offset", trained));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return Repeated.shape("offset", inputs.get(0), parameters.get(0));
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).add(Repeated.view(call));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        Gradients gradients = Gradients.of(dy);
        return trained ? gradients.parameters(Repeated.sum(dy, call)) : gradients;
    }

    @Override
    public Optional<String> shiftParameter() {
        return trained ? Optional.of("offset") : Optional.empty();
    }

    @Override
    public Optional<ScaleAndShift.Rule> scaleAndShift(List<Shape> inputs, List<Shape> parameters) {
        return Repeated.perChannel(
                inputs,
                parameters,
                (channels, values) -> new ScaleAndShift(
                        ScaleAndShift.identity(channels).scale(), Repeated.values(channels, values.apply("offset"))));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(shift, "adds constants, which leave a shift as it is");
    }
}
