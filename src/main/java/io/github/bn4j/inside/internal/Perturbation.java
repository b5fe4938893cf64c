package io.github.bn4j.inside.internal;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * {@code y = x + p} with a parameter {@code p [batch, shape]} that has a row for each example: the gradient by {@code p} is the one by
 * {@code x}, example by example, on every engine.
 */
record Perturbation() implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1).trainable("change"));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).add(own(call, call.parameter(0)));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        if (!call.isPart()) {
            return Gradients.of(dy).parameters(dy);
        }
        INDArray all = Nd4j.zerosLike(call.parameter(0));
        own(call, all).assign(dy);
        return Gradients.of(dy).parameters(all);
    }

    /* The rows of the examples that this part of the batch has. */
    private static INDArray own(Call call, INDArray all) {
        if (!call.isPart()) {
            return all;
        }
        long first = call.firstExample();
        return all.get(NDArrayIndex.interval(first, first + call.batch()))
                .reshape('c', call.outputShape().batched(call.batch()));
    }
}
