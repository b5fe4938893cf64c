package io.github.bn4j.bias;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Any function of each element that says nothing of shifts, as an op of a user may. */
record ElementFunction(String name, DoubleUnaryOperator function, DoubleUnaryOperator slope) implements Op {

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return map(call.input(0), function);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(map(call.input(0), slope).mul(dy));
    }

    private static INDArray map(INDArray x, DoubleUnaryOperator function) {
        double[] values = x.dup('c').data().asDouble();
        for (int i = 0; i < values.length; i++) {
            values[i] = function.applyAsDouble(values[i]);
        }
        return Tensors.of(x.dataType(), values, x.shape());
    }

    @Override
    public String label() {
        return name;
    }
}
