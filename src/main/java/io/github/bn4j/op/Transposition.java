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
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The same elements with their axes in another order.
 *
 * @param axes for each axis of the example of the output, which axis of the input it is; 0 for the channels
 */
public record Transposition(List<Integer> axes) implements Op {

    /** Refuses what is no order of axes 0, 1, …. */
    public Transposition {
        axes = List.copyOf(checkGiven(axes, "Transposition", "axes"));
        checkArgument(
                axes.stream()
                        .sorted()
                        .toList()
                        .equals(IntStream.range(0, axes.size()).boxed().toList()),
                "Transposition expects each axis from 0 to %s once but got %s",
                axes.size() - 1,
                axes);
    }

    /** The transposition to the given order. */
    public static Transposition of(Integer... axes) {
        return new Transposition(List.of(axes));
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() != axes.size()) {
            throw ShapeException.expected("input of rank " + axes.size(), x);
        }
        return Shape.of(axes.stream().mapToLong(x::dim).toArray());
    }

    /** For each axis of a batch of the output, which axis of the input it is. */
    public int[] order() {
        return IntStream.range(0, axes.size() + 1)
                .map(axis -> axis == 0 ? 0 : axes.get(axis - 1) + 1)
                .toArray();
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).permute(order()).dup('c');
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        int[] order = order();
        int[] inverse = new int[order.length];
        for (int axis = 0; axis < order.length; axis++) {
            inverse[order[axis]] = axis;
        }
        return Gradients.of(dy.permute(inverse).dup('c'));
    }

    private boolean keepsChannels() {
        return axes.isEmpty() || axes.get(0) == 0;
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return keepsChannels() ? ScaleEffect.PASSES : ScaleEffect.BLOCKED;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.yields(
                shift == Shift.PER_CHANNEL && !keepsChannels() ? Shift.PER_POSITION : shift,
                "moves elements without changing them");
    }
}
