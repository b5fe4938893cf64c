package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleAndShift;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A parameter that is repeated to the shape of a value: per channel, or along axes of length 1; and for all examples. */
final class Repeated {

    private Repeated() {}

    static Operands operands(String name, boolean trained) {
        return trained ? Operands.of(1).trainable(name) : Operands.of(1).state(name);
    }

    /** The shape of the value, which stays. */
    static Shape shape(String name, Shape x, Shape parameter) {
        if (x.rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x);
        }
        boolean fits = isPerChannel(x, parameter)
                || (parameter.rank() == x.rank()
                        && IntStream.range(0, x.rank())
                                .allMatch(axis -> parameter.dim(axis) == x.dim(axis) || parameter.dim(axis) == 1));
        if (!fits) {
            throw ShapeException.expected(
                    name + " " + Shape.of(x.dim(0)) + " or like input " + x + " with some axes of length 1", parameter);
        }
        return x;
    }

    private static boolean isPerChannel(Shape x, Shape parameter) {
        return parameter.equals(Shape.of(x.dim(0)));
    }

    /** How its elements may differ within an example. */
    static Shift differs(Shape x, Shape parameter) {
        if (parameter.size() == 1) {
            return Shift.UNIFORM;
        }
        return isPerChannel(x, parameter) || parameter.size() == parameter.dim(0)
                ? Shift.PER_CHANNEL
                : Shift.PER_POSITION;
    }

    /** The rule, where the parameter differs between channels at most. */
    static Optional<ScaleAndShift.Rule> perChannel(
            List<Shape> inputs, List<Shape> parameters, ScaleAndShift.Rule rule) {
        return differs(inputs.get(0), parameters.get(0)) == Shift.PER_POSITION ? Optional.empty() : Optional.of(rule);
    }

    /** One number for each channel, of as many or one. */
    static double[] values(int channels, double... elements) {
        double[] values = new double[channels];
        Arrays.setAll(values, c -> elements[c % elements.length]);
        return values;
    }

    /** The only parameter of a call, with all axes of a batch of inputs. */
    static INDArray view(Call call) {
        INDArray parameter = call.parameter(0);
        long[] dims = new long[call.input(0).rank()];
        Arrays.fill(dims, 1);
        System.arraycopy(parameter.shape(), 0, dims, 1, parameter.rank());
        return parameter.reshape('c', dims);
    }

    /** The gradient by the parameter, given that by each of its repetitions. */
    static INDArray sum(INDArray dy, Call call) {
        return Broadcasting.sum(dy, view(call)).reshape('c', call.parameter(0).shape());
    }
}
