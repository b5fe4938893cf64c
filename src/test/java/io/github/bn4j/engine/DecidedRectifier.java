package io.github.bn4j.engine;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * ReLU or leaky ReLU whose side a second input gives: {@code x} where that is 1, {@code slope x} where it is 0.
 *
 * @param slope factor on the side of 0
 */
record DecidedRectifier(double slope) implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0).mul(slopes(call));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy.mul(slopes(call)), dy);
    }

    private INDArray slopes(Call call) {
        return call.input(1).mul(1 - slope).addi(slope);
    }
}
