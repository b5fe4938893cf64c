package io.github.bn4j.graph;

import io.github.bn4j.internal.Sums;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adds a learned constant to each channel: {@code y[n, c, …] = x[n, c, …] + bias[c]}.
 *
 * <p>The one op that the graph itself makes, because the question whether it is needed is what the library is about.
 *
 * @param useBias what the layer asked for
 */
public record AddBias(UseBias useBias) implements Op {

    private static final String BIAS = "bias";

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1).trainable(BIAS));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() < 1) {
            throw ShapeException.expected("input with channels", x);
        }
        Shape bias = parameters.get(0);
        if (!bias.equals(Shape.of(x.dim(0)))) {
            throw ShapeException.expected("bias " + Shape.of(x.dim(0)) + " for input " + x, bias);
        }
        return x;
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        long[] broadcast = new long[x.rank()];
        java.util.Arrays.fill(broadcast, 1);
        broadcast[1] = x.size(1);
        return x.add(call.parameter(0).reshape(broadcast));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy).parameters(Sums.ofChannels(dy));
    }

    @Override
    public Optional<String> shiftParameter() {
        return Optional.of(BIAS);
    }

    @Override
    public Optional<ScaleAndShift.Rule> scaleAndShift(List<Shape> inputs, List<Shape> parameters) {
        return Optional.of((channels, values) ->
                new ScaleAndShift(ScaleAndShift.identity(channels).scale(), values.apply(BIAS)));
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(shift, "adds a constant, which leaves a shift as it is");
    }
}
