package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.internal.Sums;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * One number for all elements along some axes, for each place along the others.
 *
 * @param kind which number
 * @param axes axes of the example that are reduced, 0 for the channels; at least one, and none twice
 * @param keepAxes whether these axes stay, with length 1
 */
public record Reduction(Kind kind, List<Integer> axes, boolean keepAxes) implements Op {

    /** Which number stands for many. */
    public enum Kind {
        /** Their sum. */
        SUM,
        /** Their mean. */
        MEAN,
        /** The largest. Elements that are largest together share the gradient. */
        MAX
    }

    /** Refuses axes that are negative, missing or named twice. */
    public Reduction {
        checkGiven(kind, "Reduction", "sum, mean or maximum");
        axes = List.copyOf(checkGiven(axes, "Reduction", "axes"));
        checkArgument(
                !axes.isEmpty()
                        && axes.stream().allMatch(axis -> axis >= 0)
                        && axes.stream().distinct().count() == axes.size(),
                "Reduction expects one or more distinct axes of at least 0 but got %s",
                axes);
    }

    /** A reduction after which the axes are gone. */
    public static Reduction of(Kind kind, Integer... axes) {
        return new Reduction(kind, List.of(axes), false);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        for (int axis : axes) {
            if (axis >= x.rank()) {
                throw ShapeException.expected("input with an axis " + axis, x);
            }
        }
        Shape kept = kept(x);
        return keepAxes
                ? kept
                : Shape.of(LongStream.range(0, x.rank())
                        .filter(axis -> !axes.contains((int) axis))
                        .map(axis -> x.dim((int) axis))
                        .toArray());
    }

    private Shape kept(Shape x) {
        Shape kept = x;
        for (int axis : axes) {
            kept = kept.with(axis, 1);
        }
        return kept;
    }

    private INDArray rows(INDArray x) {
        return Rows.of(x, axes.stream().mapToInt(axis -> axis + 1).toArray());
    }

    @Override
    public INDArray forward(Call call) {
        INDArray rows = rows(call.input(0));
        INDArray y =
                switch (kind) {
                    case SUM -> Sums.ofRows(rows);
                    case MEAN -> Sums.ofRows(rows).divi(rows.size(1));
                    // ND4J's maximum passes over NaN.
                    case MAX ->
                        rows.max(1)
                                .addi(Transforms.hardTanh(rows, true).muli(0.0).sum(1));
                };
        return y.reshape('c', call.outputShape().batched(call.batch()));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray x = call.input(0);
        INDArray spread = dy.reshape('c', one(x));
        if (kind != Kind.MAX) {
            double share = kind == Kind.SUM ? 1 : (double) dy.length() / x.length();
            return Gradients.of(Nd4j.zerosLike(x).addi(spread).muli(share));
        }
        INDArray largest =
                x.eq(rows(x).max(1).reshape('c', one(x)).broadcast(x.shape())).castTo(x.dataType());
        INDArray count = rows(largest).sum(1).reshape('c', one(x));
        return Gradients.of(largest.muli(spread.div(count)));
    }

    /** The shape of a batch of results whose axes are kept. */
    private long[] one(INDArray x) {
        long[] dims = x.shape().clone();
        axes.forEach(axis -> dims[axis + 1] = 1);
        return dims;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        if (shift == Shift.UNIFORM) {
            return ShiftEffect.yields(shift, "makes one constant of a constant that all elements have");
        }
        boolean alike = shift == Shift.PER_CHANNEL && !axes.contains(0);
        if (kind == Kind.MAX) {
            return alike
                    ? ShiftEffect.yields(shift, "finds the largest of elements that are shifted alike")
                    : ShiftEffect.blocks("finds the largest of elements that are shifted differently");
        }
        Shift result = shift == Shift.PER_POSITION ? shift : alike ? shift : Shift.UNIFORM;
        return ShiftEffect.yields(result, "adds up constants to constants");
    }
}
