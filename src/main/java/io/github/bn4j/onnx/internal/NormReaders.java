package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.GroupNorm;
import io.github.bn4j.layer.InstanceNorm2d;
import io.github.bn4j.layer.LayerNorm;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.GroupNormalization;
import io.github.bn4j.op.LayerNormalization;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.Power;
import io.github.bn4j.op.function.StandardFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Operators that normalise each example by itself. */
final class NormReaders {

    private NormReaders() {}

    static Operand instance(OnnxCall call) {
        double epsilon = call.attributes().number("epsilon", 1e-5);
        call.attributes().ignore("consumed_inputs");
        Value x = call.value(0);
        if (x.shape().rank() < 2) {
            throw new NodeRefusal("expects input [batch, channels, …] but got " + call.signal(0));
        }
        int channels = OnnxWindow.whole(x.shape().dim(0));
        Constant scale = LinearReaders.vector(call.parameter(1), channels);
        Constant shift = LinearReaders.vector(call.constant(2), channels);
        Optional<Value> whole = call.graph().producer(x, Reshaping.class).map(any -> call.graph()
                .before(x));
        if (whole.isPresent()
                && scale.isAll(1)
                && shift.isAll(0)
                && whole.get().shape().rank() > 0
                && whole.get().shape().dim(0) % channels == 0) {
            // The way of exporters to say group normalisation: groups as channels, scale and shift behind.
            Value y = call.apply(new GroupNormalization(channels, epsilon, false, false), whole.get());
            return Signal.of(call.reshaped(y, x.shape().dims()));
        }
        if (scale.isAll(1) && shift.isAll(0)) {
            // Exporters write them where there are none.
            return Signal.of(call.apply(new GroupNormalization(channels, epsilon, false, false), x));
        }
        Layer layer = x.shape().rank() == 3
                ? new InstanceNorm2d(epsilon, true, true)
                : new GroupNorm(channels, epsilon, true, true);
        return Signal.of(call.layer(layer, x, Map.of("gamma", scale, "beta", shift)));
    }

    static Operand group(OnnxCall call) {
        double epsilon = call.attributes().number("epsilon", 1e-5);
        int groups = OnnxWindow.whole(call.attributes().whole("num_groups", 0));
        call.attributes().ignore("stash_type");
        Value x = call.value(0);
        int channels = OnnxWindow.whole(x.shape().dim(0));
        if (groups < 1 || channels % groups != 0) {
            throw new NodeRefusal("expects num_groups that divides " + channels + " channels but got " + groups);
        }
        Map<String, Constant> values = Map.of(
                "gamma", perChannel(call, call.parameter(1), groups, channels),
                "beta", perChannel(call, call.parameter(2), groups, channels));
        Layer layer = new GroupNorm(groups, epsilon, true, true);
        return Signal.of(call.layer(layer, x, values));
    }

    /* Before opset 21 there is one number per group. */
    private static Constant perChannel(OnnxCall call, Constant given, int groups, int channels) {
        if (call.opset() >= 21 || given.length() != groups) {
            return LinearReaders.vector(given, channels);
        }
        double[] perGroup = given.doubles();
        double[] values = new double[channels];
        for (int c = 0; c < channels; c++) {
            values[c] = perGroup[c / (channels / groups)];
        }
        return Constant.of(Tensors.of(call.graph().type(), values, channels), given.name());
    }

    static Operand layer(OnnxCall call) {
        double epsilon = call.attributes().number("epsilon", 1e-5);
        call.attributes().ignore("stash_type");
        Signal x = call.signal(0);
        int axis = OnnxCall.axis(call.attributes().whole("axis", -1), x.rank());
        if (axis != 1) {
            return standardized(call, x, axis, epsilon);
        }
        Value value = call.value(0);
        Map<String, Constant> values = new LinkedHashMap<>();
        values.put("gamma", whole(call.parameter(1), value.shape()));
        call.optional(2).ifPresent(beta -> values.put("beta", whole(beta, value.shape())));
        LayerNorm layer = new LayerNorm(epsilon, true, values.containsKey("beta"));
        return Signal.of(call.layer(layer, value, values));
    }

    /** {@code x / (bias + alpha · mean of the squares of size neighbouring channels)^beta}, with zeros beside the first and the last one. */
    static Operand localResponse(OnnxCall call) {
        int size = OnnxWindow.whole(call.attributes().whole("size", 0));
        double alpha = call.attributes().number("alpha", 1e-4);
        double beta = call.attributes().number("beta", 0.75);
        double bias = call.attributes().number("bias", 1);
        Value x = call.value(0);
        if (x.shape().rank() < 1 || size < 1) {
            throw new NodeRefusal("expects input [batch, channels, …] and a size of at least 1 but got "
                    + call.signal(0) + " and " + size);
        }
        ImportedGraph graph = call.graph();
        long channels = x.shape().dim(0);
        Value squares = graph.function(call.path(), StandardFunction.SQUARE, x);
        Value rows = call.reshaped(squares, 1, channels, x.shape().size() / channels);
        Sliding neighbours = Sliding.BY_ONE.padded((size - 1) / 2, size / 2);
        Value means = call.apply(new AveragePooling(size, 1, neighbours, Sliding.BY_ONE, true), rows);
        Value scale = graph.function(
                call.path(),
                new Line(alpha, bias),
                call.reshaped(means, x.shape().dims()));
        return Signal.of(call.apply(new Multiplication(), x, graph.function(call.path(), new Power(-beta), scale)));
    }

    /* Over the last axes at each place by itself: no op of its own, so that it becomes the formula. */
    private static Operand standardized(OnnxCall call, Signal x, int axis, double epsilon) {
        ImportedGraph graph = call.graph();
        List<Integer> axes = IntStream.range(axis, x.rank()).mapToObj(x::axis).toList();
        Value mean = call.apply(new Reduction(Reduction.Kind.MEAN, axes, true), x.value());
        Value centred = call.apply(new Subtraction(), x.value(), mean);
        Value squares = graph.function(call.path(), StandardFunction.SQUARE, centred);
        Value variance = call.apply(new Reduction(Reduction.Kind.MEAN, axes, true), squares);
        Value scale = graph.function(
                call.path(), new Power(-0.5), graph.function(call.path(), new Line(1, epsilon), variance));
        Signal normal = x.with(call.apply(new Multiplication(), centred, scale));
        Signal scaled = (Signal) ArithmeticReaders.scaled(call, normal, false, call.parameter(1), true);
        return call.has(2) ? ArithmeticReaders.shifted(call, scaled, false, call.constant(2), true) : scaled;
    }

    private static Constant whole(Constant given, Shape shape) {
        if (given.length() != shape.size()) {
            throw new NodeRefusal("expects a number for each of " + shape + " but got " + given);
        }
        return given.reshaped(shape.dims());
    }

    /**
     * A normalisation of groups or whole examples that has no scale and shift of its own, and now gets one; empty if none made the value,
     * or it has one already.
     *
     * @param isScale whether it is a scale
     * @param constant with the axes of the value
     */
    static Optional<Value> withAffine(OnnxCall call, Value value, boolean isScale, Constant constant) {
        return call.graph().producer(value).flatMap(node -> {
            Value x = node.inputs().isEmpty() ? value : node.inputs().get(0);
            Shape perChannel =
                    Shape.of(value.shape().rank() == 0 ? 1 : value.shape().dim(0));
            if (node.op() instanceof GroupNormalization norm && !norm.shift() && !(isScale && norm.scale())) {
                if (constant.length() == perChannel.size()) {
                    boolean scales = isScale || norm.scale();
                    return Optional.of(again(
                            call,
                            x,
                            new GroupNormalization(norm.groups(), norm.epsilon(), scales, !isScale),
                            new GroupNorm(norm.groups(), norm.epsilon(), scales, !isScale).toString(),
                            node.parameters(),
                            isScale ? "gamma" : "beta",
                            perChannel,
                            constant));
                }
                if (norm.groups() == 1
                        && !norm.scale()
                        && constant.length() == value.shape().size()) {
                    return Optional.of(again(
                            call,
                            x,
                            new LayerNormalization(norm.epsilon(), isScale, !isScale),
                            new LayerNorm(norm.epsilon(), isScale, !isScale).toString(),
                            List.of(),
                            isScale ? "gamma" : "beta",
                            value.shape(),
                            constant));
                }
            }
            if (node.op() instanceof LayerNormalization norm
                    && norm.scale()
                    && !norm.shift()
                    && !isScale
                    && constant.length() == value.shape().size()) {
                return Optional.of(again(
                        call,
                        x,
                        new LayerNormalization(norm.epsilon(), true, true),
                        new LayerNorm(norm.epsilon(), true, true).toString(),
                        node.parameters(),
                        "beta",
                        value.shape(),
                        constant));
            }
            return Optional.empty();
        });
    }

    private static Value again(
            OnnxCall call,
            Value x,
            Op op,
            String description,
            List<Parameter> before,
            String word,
            Shape shape,
            Constant constant) {
        Scope scope = call.graph().scope(call.path(), description);
        List<Parameter> parameters = new ArrayList<>();
        for (Parameter parameter : before) {
            Parameter own = scope.vector(
                    parameter.name().substring(parameter.name().lastIndexOf('.') + 1),
                    parameter.shape(),
                    Initializer.constant(1));
            call.graph()
                    .set(
                            own.name(),
                            call.graph().value(parameter.name()),
                            call.graph().source(parameter.name()));
            parameters.add(own);
        }
        Parameter own = scope.vector(word, shape, Initializer.constant(1));
        call.graph()
                .set(
                        own.name(),
                        constant.reshaped(shape.dims()).array(call.graph().type()),
                        constant.name());
        parameters.add(own);
        return scope.apply(op, List.of(x), parameters);
    }
}
