package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.OneHot;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.Shifting;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.Weighting;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums, differences, products and quotients: of two signals, or of one and a constant. */
final class ArithmeticReaders {

    private ArithmeticReaders() {}

    static Operand sum(OnnxCall call) {
        legacy(call);
        if (call.isSignal(0) && call.isSignal(1)) {
            return both(call, new Addition());
        }
        int constant = call.isSignal(0) ? 1 : 0;
        return shifted(call, 1 - constant, call.constant(constant), true);
    }

    static Operand difference(OnnxCall call) {
        legacy(call);
        if (call.isSignal(0) && call.isSignal(1)) {
            return both(call, new Subtraction());
        }
        if (call.isSignal(0)) {
            Constant constant = call.constant(1);
            return shifted(
                    call,
                    0,
                    changed(constant, constant.array(call.graph().type()).neg()),
                    false);
        }
        Signal x = call.signal(1);
        Signal negative = x.with(call.graph().function(call.path(), new Line(-1, 0), x.value()));
        return shifted(call, negative, false, call.constant(0), false);
    }

    static Operand product(OnnxCall call) {
        legacy(call);
        if (call.isSignal(0) && call.isSignal(1)) {
            Signal first = call.signal(0);
            Signal second = call.signal(1);
            if (first.order().equals(second.order())) {
                Optional<Value> known = call.graph().patterns().product(call.path(), first.value(), second.value());
                if (known.isPresent()) {
                    return first.with(known.get());
                }
                if (first.equals(second)) {
                    return FunctionReaders.apply(call, StandardFunction.SQUARE);
                }
            }
            return both(call, new Multiplication());
        }
        int constant = call.isSignal(0) ? 1 : 0;
        if (call.operand(constant) instanceof Mask mask) {
            Value x = call.value(1 - constant);
            return Signal.of(call.apply(mask.on(x), x));
        }
        return scaled(call, 1 - constant, call.constant(constant), true);
    }

    static Operand quotient(OnnxCall call) {
        legacy(call);
        if (call.isSignal(0) && !call.isSignal(1)) {
            Constant constant = call.constant(1);
            if (constant.length() == 1) {
                Signal x = call.signal(0);
                double by = call.number(constant);
                return x.with(call.graph().function(call.path(), new Line(1 / by, 0), x.value()));
            }
            return scaled(
                    call,
                    0,
                    changed(constant, constant.array(call.graph().type()).rdiv(1)),
                    false);
        }
        Signal divisor = call.signal(1);
        Signal inverse = divisor.with(call.graph().function(call.path(), StandardFunction.RECIPROCAL, divisor.value()));
        return call.isSignal(0)
                ? both(call, new Multiplication(), call.signal(0), inverse)
                : scaled(call, inverse, false, call.constant(0), false);
    }

    static Operand sumOfAll(OnnxCall call) {
        Operand sum = call.operand(0);
        for (int i = 1; i < call.inputs(); i++) {
            sum = sum instanceof Signal first && call.isSignal(i)
                    ? both(call, new Addition(), first, call.signal(i))
                    : sum instanceof Signal first
                            ? shifted(call, first, false, call.constant(i), false)
                            : shifted(call, call.signal(i), false, (Constant) sum, false);
        }
        return sum;
    }

    static Operand meanOfAll(OnnxCall call) {
        Signal sum = (Signal) sumOfAll(call);
        return sum.with(call.graph().function(call.path(), new Line(1.0 / call.inputs(), 0), sum.value()));
    }

    /** The larger, or smaller, of a signal and a number, or of signals. */
    static Operand extreme(OnnxCall call, boolean larger) {
        Operand result = call.operand(0);
        for (int i = 1; i < call.inputs(); i++) {
            Operand next = call.operand(i);
            if (result instanceof Signal first && next instanceof Signal second) {
                // max(a, b) = b + relu(a − b); min(a, b) = a − relu(a − b)
                Signal above = both(call, new Subtraction(), first, second);
                Signal kept = above.with(call.graph().function(call.path(), StandardFunction.RELU, above.value()));
                result = larger ? both(call, new Addition(), second, kept) : both(call, new Subtraction(), first, kept);
            } else {
                Signal signal = result instanceof Signal first ? first : call.signal(i);
                double limit = call.number(result instanceof Constant constant ? constant : call.constant(i));
                Clipping clipping = larger
                        ? new Clipping(limit, Double.POSITIVE_INFINITY)
                        : new Clipping(Double.NEGATIVE_INFINITY, limit);
                result = signal.with(call.graph().function(call.path(), clipping, signal.value()));
            }
        }
        return result;
    }

    /** Class numbers as rows of 0 and 1, where they are compared with all numbers of classes along an axis of their own. */
    static Operand equal(OnnxCall call) {
        Value x = call.value(0);
        Constant classes = call.constant(1);
        double[] numbers = classes.doubles();
        boolean counts = LongStream.range(0, numbers.length).allMatch(i -> numbers[(int) i] == i);
        long[] dims = x.shape().dims();
        if (!counts
                || dims.length < 1
                || dims[0] != 1
                || classes.dims()[Math.max(0, classes.rank() - dims.length)] != numbers.length) {
            throw new NodeRefusal("expects a comparison with the numbers of classes but got " + classes);
        }
        Value apart = call.reshaped(x, Arrays.copyOfRange(dims, 1, dims.length));
        return Signal.of(call.apply(new OneHot(numbers.length), apart));
    }

    /* Before opset 7 a second input was repeated only if asked to, from an axis on. */
    private static void legacy(OnnxCall call) {
        call.attributes().ignore("consumed_inputs", "broadcast");
    }

    private static Signal both(OnnxCall call, Op op) {
        return both(call, op, call.signal(0), call.signal(1));
    }

    private static Signal both(OnnxCall call, Op op, Signal first, Signal second) {
        if (first.rank() != second.rank()) {
            throw new NodeRefusal("expects inputs of as many axes but got " + first + " and " + second);
        }
        return first.order().equals(second.order())
                ? first.with(call.apply(op, first.value(), second.value()))
                : Signal.of(
                        call.apply(op, call.graph().inOrder(first), call.graph().inOrder(second)));
    }

    private static Constant changed(Constant constant, INDArray values) {
        return Constant.of(values.reshape('c', constant.dims()), constant.name());
    }

    /** A constant with the axes of an example of the value that it meets; those along which it is repeated have length 1. */
    private static Constant aligned(OnnxCall call, Constant constant, Signal x) {
        if (constant.isWhole() && constant.hasBatch()) {
            throw new NodeRefusal("expects a constant but got the number of examples");
        }
        int axes = x.rank() - 1;
        long[] dims = new long[x.rank()];
        Arrays.fill(dims, 1);
        int missing = x.rank() - constant.rank();
        long[] own = constant.dims();
        int axis = OnnxWindow.whole(call.attributes().whole("axis", 0));
        boolean legacy = call.opset() < 7 && axis > 0;
        if (missing < 0 || (legacy && axis + own.length > dims.length)) {
            throw new NodeRefusal("expects a constant of at most " + x.rank() + " axes but got " + constant);
        }
        System.arraycopy(own, 0, dims, legacy ? axis : missing, own.length);
        if (dims[0] != 1) {
            throw new NodeRefusal("expects a constant for all examples but got " + constant + " for input " + x);
        }
        long[] example = Arrays.copyOfRange(dims, 1, dims.length);
        INDArray array = constant.array(call.graph().type()).reshape('c', example);
        if (!x.isInOrder() && axes > 1) {
            int[] back = new int[axes];
            for (int i = 0; i < axes; i++) {
                back[x.order().get(i)] = i;
            }
            array = array.permute(back).dup('c');
        }
        return Constant.of(array, constant.name());
    }

    /** The shape that a constant has as a parameter: one number per channel, or with all axes of the value. */
    private static Shape shape(Constant aligned, Value x) {
        long[] dims = aligned.dims();
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] != 1 && dims[axis] != x.shape().dim(axis)) {
                throw new NodeRefusal("expects a constant that is repeated to " + x.shape() + " but got " + aligned);
            }
        }
        return isPerChannel(aligned) ? Shape.of(dims[0]) : Shape.of(dims);
    }

    private static boolean isPerChannel(Constant aligned) {
        return aligned.dims()[0] == aligned.length();
    }

    private static Operand shifted(OnnxCall call, int input, Constant constant, boolean trained) {
        return shifted(call, call.signal(input), call.seesAlone(input), constant, trained);
    }

    /** A signal plus a constant that is repeated to it; the constant is the parameter of what comes before if only this node sees that. */
    static Operand shifted(OnnxCall call, Signal x, boolean alone, Constant constant, boolean trained) {
        Optional<Shifting> note = call.note(Shifting.class);
        if (note.isPresent()) {
            Constant offset = aligned(call, constant, x);
            return x.with(call.apply(
                    note.get(),
                    x.value(),
                    "offset",
                    shape(offset, x.value()),
                    note.get().trained(),
                    offset));
        }
        if (constant.length() == 1 && constant.rank() <= x.rank() && !isOnlyChannel(call, x, constant)) {
            return x.with(call.graph().function(call.path(), new Line(1, call.number(constant)), x.value()));
        }
        Constant aligned = aligned(call, constant, x);
        Value value = x.value();
        Shape shape = shape(aligned, value);
        if (alone) {
            Optional<Value> joined = isPerChannel(aligned) ? intoShift(call, value, aligned) : Optional.empty();
            joined = joined.or(() -> NormReaders.withAffine(call, value, false, aligned));
            if (joined.isPresent()) {
                return x.with(joined.get());
            }
        }
        return x.with(call.apply(new Shifting(trained), value, "offset", shape, trained, aligned));
    }

    private static Optional<Operand> scaledAsNoted(OnnxCall call, Signal x, Constant constant) {
        if (call.note(Weighting.class).isPresent()) {
            List<Double> weights = DoubleStream.of(constant.doubles()).boxed().toList();
            return Optional.of(x.with(call.apply(new Weighting(weights), x.value())));
        }
        return call.note(Scaling.class).map(scaling -> {
            Constant factor = aligned(call, constant, x);
            return x.with(
                    call.apply(scaling, x.value(), "factor", shape(factor, x.value()), scaling.trained(), factor));
        });
    }

    private static Operand scaled(OnnxCall call, int input, Constant constant, boolean trained) {
        return scaled(call, call.signal(input), call.seesAlone(input), constant, trained);
    }

    /** A signal times a constant that is repeated to it; the constant is the parameter of what comes before if only this node sees that. */
    static Operand scaled(OnnxCall call, Signal x, boolean alone, Constant constant, boolean trained) {
        Optional<Operand> noted = scaledAsNoted(call, x, constant);
        if (noted.isPresent()) {
            return noted.get();
        }
        if (constant.length() == 1 && constant.rank() <= x.rank() && !isOnlyChannel(call, x, constant)) {
            return x.with(call.graph().function(call.path(), new Line(call.number(constant), 0), x.value()));
        }
        Constant aligned = aligned(call, constant, x);
        Value value = x.value();
        Shape shape = shape(aligned, value);
        if (alone) {
            Optional<String> norm = isPerChannel(aligned) ? BatchNormReader.batchNorm(call, value) : Optional.empty();
            if (norm.isPresent()) {
                String gamma = norm.get() + ".gamma";
                String beta = norm.get() + ".beta";
                INDArray factor = aligned.floats().reshape('c', shape.dims());
                call.graph().change(gamma, call.graph().value(gamma).mul(factor), constant.name());
                call.graph().change(beta, call.graph().value(beta).mul(factor), constant.name());
                call.joins(norm.get());
                return x;
            }
            Optional<Value> joined = NormReaders.withAffine(call, value, true, aligned);
            if (joined.isPresent()) {
                return x.with(joined.get());
            }
        }
        return x.with(call.apply(new Scaling(trained), value, "factor", shape, trained, aligned));
    }

    /** Whether one number is the parameter of the only channel of a layer rather than a number of a formula. */
    private static boolean isOnlyChannel(OnnxCall call, Signal x, Constant constant) {
        return constant.rank() > 0
                && x.rank() > 1
                && x.value().shape().dim(0) == 1
                && call.graph()
                        .producer(x.value())
                        .filter(ArithmeticReaders::takesConstant)
                        .isPresent();
    }

    private static boolean takesConstant(Node node) {
        return node.bias().isPresent() || node.op().normalises();
    }

    /** A shift per channel as part of what made the value, if that has one or is a layer without a bias. */
    private static Optional<Value> intoShift(OnnxCall call, Value value, Constant aligned) {
        ImportedGraph graph = call.graph();
        INDArray offset = aligned.floats().reshape('c', new long[] {aligned.length()});
        Optional<Node> producer = graph.producer(value);
        if (producer.isEmpty()) {
            return Optional.empty();
        }
        Node node = producer.get();
        Optional<String> shift = BatchNormReader.batchNorm(call, value)
                .map(layer -> layer + ".beta")
                .or(() -> node.bias().map(Parameter::name));
        if (shift.isEmpty()) {
            return Optional.empty();
        }
        if (graph.has(shift.get())) {
            graph.change(shift.get(), graph.value(shift.get()).add(offset), aligned.name());
        } else {
            graph.set(shift.get(), offset, aligned.name());
        }
        call.joins(node.layer());
        return Optional.of(value);
    }
}
