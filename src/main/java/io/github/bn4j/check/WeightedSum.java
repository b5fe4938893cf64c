package io.github.bn4j.check;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sum of input 0 times input 1 over the elements of each example: a loss that every output element has a share in. */
record WeightedSum() implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return Shape.of();
    }

    @Override
    public INDArray forward(Call call) {
        long elements = call.input(0).length() / call.batch();
        return call.input(0)
                .mul(call.input(1))
                .reshape('c', call.batch(), elements)
                .sum(1);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        long[] column = new long[call.input(0).rank()];
        java.util.Arrays.fill(column, 1);
        column[0] = call.batch();
        INDArray perExample = dy.reshape('c', column);
        return Gradients.of(call.input(1).mul(perExample), call.input(0).mul(perExample));
    }
}
