package io.github.bn4j.op;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Sums;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The rule by which two operands of the same rank meet: an axis of length 1 is repeated to the length of the other. */
final class Broadcasting {

    private Broadcasting() {}

    static Shape shape(List<Shape> inputs) {
        Shape first = inputs.get(0);
        Shape second = inputs.get(1);
        boolean fits = first.rank() == second.rank()
                && IntStream.range(0, first.rank())
                        .allMatch(axis ->
                                first.dim(axis) == second.dim(axis) || first.dim(axis) == 1 || second.dim(axis) == 1);
        if (!fits) {
            throw ShapeException.expected(
                    "two inputs of the same rank whose axes are equal or of length 1",
                    first + " and " + second,
                    "reshape one of them");
        }
        return Shape.of(IntStream.range(0, first.rank())
                .mapToLong(axis -> Math.max(first.dim(axis), second.dim(axis)))
                .toArray());
    }

    /** The gradient by an operand, summed over the axes along which {@code operand} was repeated. Neither is modified. */
    static INDArray sum(INDArray dy, INDArray operand) {
        int[] repeated = IntStream.range(0, dy.rank())
                .filter(axis -> operand.size(axis) != dy.size(axis))
                .toArray();
        return repeated.length == 0 ? dy : Sums.ofRows(Rows.of(dy, repeated)).reshape('c', one(dy, repeated));
    }

    private static long[] one(INDArray dy, int... axes) {
        long[] dims = dy.shape().clone();
        for (int axis : axes) {
            dims[axis] = 1;
        }
        return dims;
    }
}
