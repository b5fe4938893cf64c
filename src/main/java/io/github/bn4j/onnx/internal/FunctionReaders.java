package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.PRelu;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.function.ClippedLine;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.Power;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operators that are functions of single elements. */
final class FunctionReaders {

    private static final double SIXTH_IN_FLOAT = 1e-6;

    private FunctionReaders() {}

    static NodeReader standard(StandardFunction function) {
        return NodeReader.single(call -> apply(call, function));
    }

    static Operand apply(OnnxCall call, ElementwiseFunction function) {
        Signal x = call.signal(0);
        return x.with(of(call, function, x.value()));
    }

    static Value of(OnnxCall call, ElementwiseFunction function, Value x) {
        return call.graph().function(call.path(), function, x);
    }

    static Operand relu(OnnxCall call) {
        call.attributes().ignore("consumed_inputs");
        return apply(call, StandardFunction.RELU);
    }

    static Operand leakyRelu(OnnxCall call) {
        double slope = call.attributes().number("alpha", 0.01);
        call.attributes().ignore("consumed_inputs");
        return apply(call, new LeakyRectifier(slope));
    }

    static Operand elu(OnnxCall call) {
        call.attributes().ignore("consumed_inputs");
        return apply(call, new ExponentialLinear(call.attributes().number("alpha", 1)));
    }

    /** {@code gamma · elu(x)}. */
    static Operand selu(OnnxCall call) {
        double alpha = call.attributes().number("alpha", 1.6732631921768188);
        double gamma = call.attributes().number("gamma", 1.0507010221481323);
        call.attributes().ignore("consumed_inputs");
        Signal x = call.signal(0);
        return x.with(of(call, new Line(gamma, 0), of(call, new ExponentialLinear(alpha), x.value())));
    }

    /** {@code α · elu(x / α)}. */
    static Operand celu(OnnxCall call) {
        double alpha = call.attributes().number("alpha", 1);
        Signal x = call.signal(0);
        Value y = of(call, new ExponentialLinear(1), of(call, new Line(1 / alpha, 0), x.value()));
        return x.with(of(call, new Line(alpha, 0), y));
    }

    /** {@code x / (1 + |x|)}. */
    static Operand softsign(OnnxCall call) {
        Signal x = call.signal(0);
        Value size = of(call, new Line(1, 1), of(call, StandardFunction.ABS, x.value()));
        return x.with(call.apply(new Multiplication(), x.value(), of(call, StandardFunction.RECIPROCAL, size)));
    }

    /** {@code x} above α, else 0. */
    static Operand thresholdedRelu(OnnxCall call) {
        double alpha = call.attributes().number("alpha", 1);
        Signal x = call.signal(0);
        Value sign = of(call, StandardFunction.SIGN, of(call, new Line(1, -alpha), x.value()));
        return x.with(call.apply(new Multiplication(), x.value(), of(call, StandardFunction.RELU, sign)));
    }

    static Operand hardSigmoid(OnnxCall call) {
        double slope = call.attributes().number("alpha", 0.2);
        double offset = call.attributes().number("beta", 0.5);
        call.attributes().ignore("consumed_inputs");
        boolean isSixth = Math.abs(slope - 1.0 / 6) < SIXTH_IN_FLOAT && offset == 0.5;
        return apply(call, isSixth ? ClippedLine.SIXTH : new ClippedLine(slope, offset));
    }

    static Operand swish(OnnxCall call) {
        double alpha = call.attributes().number("alpha", 1);
        Signal x = call.signal(0);
        if (alpha == 1) {
            return x.with(of(call, StandardFunction.SILU, x.value()));
        }
        Value gate = of(call, StandardFunction.SIGMOID, of(call, new Line(alpha, 0), x.value()));
        return x.with(call.apply(new Multiplication(), x.value(), gate));
    }

    /** {@code x · tanh(ln(1 + eˣ))}. */
    static Operand mish(OnnxCall call) {
        Signal x = call.signal(0);
        Value gate = of(call, StandardFunction.TANH, of(call, StandardFunction.SOFTPLUS, x.value()));
        return x.with(call.apply(new Multiplication(), x.value(), gate));
    }

    /** Exact, or by {@code x / 2 · (1 + tanh(√(2 / π) (x + 0.044715 x³)))}. */
    static Operand gelu(OnnxCall call) {
        String way = call.attributes().text("approximate", "none");
        Signal x = call.signal(0);
        if (way.equals("none")) {
            return x.with(of(call, StandardFunction.GELU, x.value()));
        }
        if (!way.equals("tanh")) {
            throw new NodeRefusal("expects approximate none or tanh but got " + way);
        }
        Value cubes = of(call, new Line(0.044715, 0), of(call, new Power(3), x.value()));
        Value inner = of(call, new Line(Math.sqrt(2 / Math.PI), 0), call.apply(new Addition(), x.value(), cubes));
        Value gate = of(call, new Line(0.5, 0.5), of(call, StandardFunction.TANH, inner));
        return x.with(call.apply(new Multiplication(), x.value(), gate));
    }

    static Operand clip(OnnxCall call) {
        double lower = call.number(1, "min", Double.NEGATIVE_INFINITY);
        double upper = call.number(2, "max", Double.POSITIVE_INFINITY);
        call.attributes().ignore("consumed_inputs");
        double least = lower <= -Float.MAX_VALUE ? Double.NEGATIVE_INFINITY : lower;
        double most = upper >= Float.MAX_VALUE ? Double.POSITIVE_INFINITY : upper;
        if (Double.isInfinite(least) && Double.isInfinite(most) && least < most) {
            return call.signal(0);
        }
        return apply(call, new Clipping(Math.min(least, most), most));
    }

    static Operand power(OnnxCall call) {
        double exponent = call.number(call.constant(1));
        if (exponent == 1) {
            return call.signal(0);
        }
        return apply(call, exponent == 2 ? StandardFunction.SQUARE : new Power(exponent));
    }

    static Operand prelu(OnnxCall call) {
        Signal x = call.signal(0);
        if (x.rank() < 2) {
            throw new NodeRefusal("expects input [batch, channels, …] but got " + x);
        }
        Value value = call.value(0);
        Constant slope = call.parameter(1);
        long channels = value.shape().dim(0);
        boolean one = slope.length() == 1;
        boolean perChannel = slope.length() == channels
                && slope.dims()[Math.max(0, slope.rank() - value.shape().rank())] == channels;
        if (!one && !perChannel) {
            Value positive = of(call, StandardFunction.RELU, x.value());
            Signal negative = x.with(of(call, new Clipping(Double.NEGATIVE_INFINITY, 0), x.value()));
            Signal scaled = (Signal) ArithmeticReaders.scaled(call, negative, false, slope, true);
            return x.with(call.apply(new Addition(), positive, scaled.value()));
        }
        long[] dims = new long[value.shape().rank()];
        Arrays.fill(dims, 1);
        Shape shape = one ? Shape.of(dims) : Shape.of(channels);
        PRelu layer = PRelu.of().perChannel(!one);
        return Signal.of(call.layer(layer, value, Map.of("alpha", slope.reshaped(shape.dims()))));
    }

    static List<Operand> dropout(OnnxCall call) {
        double rate = call.number(1, "ratio", 0.5);
        call.attributes().ignore("seed", "is_test", "consumed_inputs");
        if (call.has(2)) {
            call.constant(2);
        }
        if (call.asksFor(1)) {
            throw new NodeRefusal("expects one result but got a use of its mask");
        }
        if (call.operand(0) instanceof Mask mask) {
            return List.of(mask.dropped(rate));
        }
        Signal x = call.signal(0);
        if (rate == 0) {
            return List.of(x);
        }
        return List.of(x.with(call.layer(Dropout.of(rate), x.value())));
    }

    /** Nothing, unless it was something in training. */
    static Operand identity(OnnxCall call) {
        Optional<Masking> masking = call.note(Masking.class);
        if (masking.isPresent() && call.operand(0) instanceof Signal x) {
            return x.with(call.apply(masking.get(), x.value()));
        }
        return call.operand(0);
    }

    static Operand cast(OnnxCall call) {
        int type = (int) call.attributes().whole("to", 0);
        call.attributes().ignore("saturate", "round_mode");
        if (!TensorReader.isFloating(type) && !call.feedsNumbers()) {
            throw new NodeRefusal("expects a cast to floating-point numbers but got " + TensorReader.word(type));
        }
        return call.signal(0);
    }
}
