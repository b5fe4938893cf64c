package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Each channel times a number that belongs to the op; one that is a parameter is {@link Scaling}.
 *
 * @param weights the number of each channel; finite
 */
public record Weighting(List<Double> weights) implements Op {

    /** Refuses NaN, infinity and no numbers at all. */
    public Weighting {
        weights = List.copyOf(checkGiven(weights, "Weighting", "weights"));
        checkArgument(
                !weights.isEmpty() && weights.stream().allMatch(Double::isFinite),
                "Weighting expects a finite weight per channel but got %s",
                weights);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() < 1 || x.dim(0) != weights.size()) {
            throw ShapeException.expected(
                    "input [" + weights.size() + ", …] for as many weights", x, "give one weight per channel");
        }
        return x;
    }

    private INDArray factors(INDArray x) {
        long[] dims = new long[x.rank()];
        Arrays.fill(dims, 1);
        dims[1] = weights.size();
        return Tensors.of(
                x.dataType(), weights.stream().mapToDouble(Double::doubleValue).toArray(), dims);
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).mul(factors(call.input(0)));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy.mul(factors(dy)));
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(shift.join(Shift.PER_CHANNEL), "multiplies a constant by constants");
    }
}
