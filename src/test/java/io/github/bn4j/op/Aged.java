package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.DefaultValue;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Formerly;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An op as one of this library's may become, for tests of files: the fields {@code function} and {@code alpha} of
 * {@code Activation}, regrouped, and a component more.
 */
public record Aged(@Formerly({"curve", "kind"}) Curve shape, @DefaultValue("1.5") double gain) implements Op {

    /** What was a function and a number that most functions ignored. */
    public sealed interface Curve {}

    /** Without parameters. */
    public enum Plain implements Curve {
        /** Had another name. */
        @Formerly("RELU")
        RECTIFIED,
        /** Had not. */
        TANH
    }

    /** With a slope. */
    @Formerly("Leaky")
    public record Sloped(double slope) implements Curve {}

    @FormerComponents({"function", "alpha"})
    static Aged of(String function, double alpha) {
        return new Aged(function.equals("RELU") ? Plain.RECTIFIED : new Sloped(alpha), 1);
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        return inputs.get(0);
    }

    @Override
    public INDArray forward(Call call) {
        return call.input(0);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy);
    }
}
