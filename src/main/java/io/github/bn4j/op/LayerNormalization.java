package io.github.bn4j.op;

import static io.github.bn4j.internal.Ranges.checkEpsilon;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Normalisation of each example by itself: {@code y = gamma (x − mean) / √(variance + epsilon) + beta}, where mean and
 * biased variance are taken over all elements of the example (Ba et al. 2016, Layer Normalization). Training and
 * predictions do the same.
 *
 * <p>Input of any shape but {@code []}. Parameters, each of the shape of the example: gamma if {@code scale}, beta if
 * {@code shift}.
 *
 * @param epsilon added to the variance
 * @param scale whether there is a gamma
 * @param shift whether there is a beta
 */
public record LayerNormalization(double epsilon, boolean scale, boolean shift) implements Op {

    public LayerNormalization {
        checkEpsilon("LayerNormalization", epsilon);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1).trainable(Affine.names(scale, shift)));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.size() < 2) {
            throw ShapeException.expected("more than one value per example", x, "normalise where there are several");
        }
        for (Shape parameter : parameters) {
            if (!parameter.equals(x)) {
                throw ShapeException.expected("parameters " + x + " for input " + x, parameter);
            }
        }
        return x;
    }

    @Override
    public INDArray forward(Call call) {
        INDArray x = call.input(0);
        StandardizedRows rows = StandardizedRows.of(rows(x), epsilon);
        call.keep(rows.values(), rows.inverse());
        INDArray y = rows.values();
        if (scale) {
            y = y.mul(row(call.parameter(Affine.GAMMA)));
        }
        if (shift) {
            y = y.add(row(call.parameter(Affine.BETA)));
        }
        return y.reshape('c', x.shape());
    }

    @Override
    public Gradients backward(Call call, INDArray gradient) {
        INDArray dy = rows(gradient);
        StandardizedRows rows = new StandardizedRows(call.kept(0), call.kept(1));
        INDArray dx = rows.backward(scale ? dy.mul(row(call.parameter(Affine.GAMMA))) : dy);
        long[] example = call.outputShape().dims();
        List<INDArray> parameters = new ArrayList<>();
        if (scale) {
            parameters.add(dy.mul(rows.values()).sum(0).reshape('c', example));
        }
        if (shift) {
            parameters.add(dy.sum(0).reshape('c', example));
        }
        return new Gradients(List.of(dx.reshape('c', gradient.shape())), parameters);
    }

    private static INDArray rows(INDArray x) {
        return x.reshape('c', x.size(0), x.length() / x.size(0));
    }

    private static INDArray row(INDArray parameter) {
        return parameter.reshape('c', 1, parameter.length());
    }

    @Override
    public Optional<String> shiftParameter() {
        return Affine.shift(shift);
    }

    @Override
    public boolean normalises() {
        return true;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift state, List<Shape> inputs, List<Shape> parameters) {
        return state == Shift.UNIFORM
                ? ShiftEffect.absorbs("subtracts the mean of the example, whose elements are all shifted alike")
                : ShiftEffect.blocks(
                        "has one mean per example, which does not cancel a shift that differs within the example");
    }
}
