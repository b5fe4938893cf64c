package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Nonlinearity;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.StandardFunction;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A function of each element. The shape stays.
 *
 * @param function which function: one of {@code op.function}, or your own
 */
public record Elementwise(ElementwiseFunction function) implements Op {

    public Elementwise {
        checkGiven(function, "Elementwise", "a function");
    }

    /** What {@code Activation}, as this op was called once, had for a function. */
    enum Activation {
        RELU,
        LEAKY_RELU,
        ELU,
        GELU,
        SILU,
        SIGMOID,
        TANH,
        SOFTPLUS
    }

    @FormerComponents({"function", "alpha"})
    static Elementwise of(Activation function, double alpha) {
        return new Elementwise(
                switch (function) {
                    case LEAKY_RELU -> new LeakyRectifier(alpha);
                    case ELU -> new ExponentialLinear(alpha);
                    default -> StandardFunction.valueOf(function.name());
                });
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return function.value(call.input(0));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(function.derivative(call.input(0)).mul(dy));
    }

    @Override
    public Optional<Nonlinearity> nonlinearity() {
        if (function.affine()) {
            return Optional.empty();
        }
        return Optional.of(function.rectifies() ? Nonlinearity.HIDDEN : Nonlinearity.OUTPUT);
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return function.homogeneous() ? ScaleEffect.PASSES : ScaleEffect.BLOCKED;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return function.affine()
                ? ShiftEffect.yields(shift, "is a straight line, so a constant in gives a constant out")
                : ShiftEffect.blocks("is not linear, so a shift changes the shape of the signal");
    }

    @Override
    public String label() {
        return function.label();
    }
}
