package io.github.bn4j.bias;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The first half of one batch and the second half of another: a concatenation along the batch axis. */
record HalfBatches() implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        INDArray first = mask(call, true);
        return call.input(0).mul(first).addi(call.input(1).mul(first.rsub(1.0)));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy.mul(mask(call, true)), dy.mul(mask(call, false)));
    }

    private static INDArray mask(Call call, boolean firstHalf) {
        INDArray x = call.input(0);
        double[] values = new double[(int) x.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i < values.length / 2) == firstHalf ? 1 : 0;
        }
        return Tensors.of(x.dataType(), values, x.shape());
    }
}
