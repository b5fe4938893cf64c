package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Sums;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The mean of {@code (output − target)²} over the elements of each example. */
public record MeanSquaredError() implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(2));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        if (!inputs.get(0).equals(inputs.get(1))) {
            throw ShapeException.expected(
                    "targets " + inputs.get(0) + " like the output",
                    inputs.get(1),
                    inputs.get(0).size() == inputs.get(1).size()
                            ? "reshape them to that shape per example"
                            : "give the network an output for each target");
        }
        return Shape.of();
    }

    @Override
    public INDArray forward(Call call) {
        INDArray difference = call.input(0).sub(call.input(1));
        call.keep(difference);
        INDArray rows = difference.reshape('c', difference.size(0), difference.length() / difference.size(0));
        return Sums.ofRows(rows.mul(rows)).divi(rows.size(1));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray difference = call.kept(0);
        long elements = difference.length() / difference.size(0);
        INDArray rows = difference.reshape('c', difference.size(0), elements);
        INDArray gradient =
                rows.mul(dy.reshape('c', dy.length(), 1)).muli(2.0 / elements).reshape('c', difference.shape());
        return Gradients.of(gradient, gradient.neg());
    }
}
