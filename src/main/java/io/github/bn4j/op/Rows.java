package io.github.bn4j.op;

import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array as a matrix whose rows are summed up or searched. */
final class Rows {

    private Rows() {}

    /** The elements along {@code axes} as the rows of a matrix, one for each place along the other axes. Not modified. */
    static INDArray of(INDArray x, int... axes) {
        IntStream kept =
                IntStream.range(0, x.rank()).filter(axis -> IntStream.of(axes).noneMatch(one -> one == axis));
        int[] order = IntStream.concat(kept, IntStream.of(axes)).toArray();
        long length = IntStream.of(axes).mapToLong(x::size).reduce(1, (a, b) -> a * b);
        return x.permute(order).dup('c').reshape('c', x.length() / length, length);
    }
}
