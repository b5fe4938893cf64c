package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The matrix products of two values, {@code […, m, k]} by {@code […, k, n]} to {@code [..., m, n]}: one for each example and
 * each place along the axes before, which are the same in both.
 *
 * @param transposeFirst whether the first is given as {@code […, k, m]}
 * @param transposeSecond whether the second is given as {@code […, n, k]}
 */
public record MatrixProduct(boolean transposeFirst, boolean transposeSecond) implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(2));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        long[] first = inputs.get(0).dims();
        long[] second = inputs.get(1).dims();
        int rank = first.length;
        if (rank < 2
                || second.length != rank
                || !Arrays.equals(first, 0, rank - 2, second, 0, rank - 2)
                || first[transposeFirst ? rank - 2 : rank - 1] != second[transposeSecond ? rank - 1 : rank - 2]) {
            throw ShapeException.expected(
                    "inputs […, " + (transposeFirst ? "k, m" : "m, k") + "] and […, "
                            + (transposeSecond ? "n, k" : "k, n") + "] with the same axes before",
                    inputs.get(0) + " and " + inputs.get(1),
                    "reshape or transpose one of them");
        }
        long[] product = first.clone();
        product[rank - 2] = first[transposeFirst ? rank - 1 : rank - 2];
        product[rank - 1] = second[transposeSecond ? rank - 2 : rank - 1];
        return Shape.of(product);
    }

    @Override
    public INDArray forward(Call call) {
        return product(call.input(0), transposeFirst, call.input(1), transposeSecond);
    }

    /* For y = a b, da = dy bᵀ and db = aᵀ dy; for a transposed operand the transpose of that. */
    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray a = call.input(0);
        INDArray b = call.input(1);
        return Gradients.of(
                transposeFirst ? product(b, transposeSecond, dy, true) : product(dy, false, b, !transposeSecond),
                transposeSecond ? product(dy, true, a, transposeFirst) : product(a, !transposeFirst, dy, false));
    }

    private static INDArray product(INDArray a, boolean transposeA, INDArray b, boolean transposeB) {
        return Nd4j.exec(new Mmul(a, b, transposeA, transposeB, false))[0];
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.blocks("multiplies the shift by factors that differ from example to example");
    }
}
