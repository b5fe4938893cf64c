package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Repeats every pixel of {@code x [channels, height, width]} to a square of {@code factor × factor} pixels (nearest
 * neighbour).
 *
 * @param factor how often rows and columns are repeated
 */
public record Upsampling(int factor) implements Op {

    public Upsampling {
        checkArgument(factor >= 1, "Upsampling expects a factor of at least 1 but got %s", factor);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() != 3) {
            throw ShapeException.expected("input [channels, height, width]", x);
        }
        return Shape.of(x.dim(0), Math.multiplyExact(x.dim(1), factor), Math.multiplyExact(x.dim(2), factor));
    }

    @Override
    public INDArray forward(Call call) {
        int channelsFirst = 1;
        return Nd4j.exec(DynamicCustomOp.builder("upsampling2d")
                .addInputs(call.input(0))
                .addIntegerArguments(factor, factor, channelsFirst)
                .build())[0];
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray x = call.input(0);
        long rows = x.size(0) * x.size(1) * x.size(2);
        INDArray squares = dy.reshape('c', rows, factor, x.size(3), factor);
        return Gradients.of(squares.sum(3).sum(1).reshape('c', x.shape()));
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(shift, "copies elements without changing them");
    }
}
