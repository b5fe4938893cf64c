package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.Transposition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Operators that make one number of many, or shares of a sum. */
final class ReductionReaders {

    private ReductionReaders() {}

    static Operand reduction(OnnxCall call, Reduction.Kind kind) {
        Signal x = call.signal(0);
        boolean isNothing = call.attributes().flag("noop_with_empty_axes", false);
        boolean keeps = call.attributes().flag("keepdims", true);
        Optional<long[]> told = call.list(1, "axes").filter(axes -> axes.length > 0);
        if (told.isEmpty() && isNothing) {
            return x;
        }
        if (told.isEmpty()) {
            throw new NodeRefusal("expects axes of single examples but got none, which is all and the batch too");
        }
        TreeSet<Integer> axes = new TreeSet<>();
        for (long axis : told.get()) {
            axes.add(x.axis(OnnxCall.axis(axis, x.rank())));
        }
        boolean isOverAllPositions = kind == Reduction.Kind.MEAN
                && (x.rank() == 3 || x.rank() == 4)
                && axes.equals(new TreeSet<>(List.of(1, 2).subList(0, x.rank() - 2)));
        if (isOverAllPositions) {
            Signal mean = PoolReaders.mean(call, x.value(), keeps);
            return keeps ? x.with(mean.value()) : mean;
        }
        Value reduced = call.apply(new Reduction(kind, List.copyOf(axes), keeps), x.value());
        if (keeps) {
            return x.with(reduced);
        }
        List<Integer> left =
                x.order().stream().filter(axis -> !axes.contains(axis)).toList();
        List<Integer> sorted = left.stream().sorted().toList();
        return new Signal(reduced, left.stream().map(sorted::indexOf).toList());
    }

    /* Before opset 13 all axes from one on counted as one. */
    static Operand softmax(OnnxCall call, boolean isLog) {
        Signal x = call.signal(0);
        boolean flattens = call.opset() < 13;
        int axis = OnnxCall.axis(call.attributes().whole("axis", flattens ? 1 : -1), x.rank());
        Op op = isLog ? new LogSoftmax() : new Softmax();
        if (flattens && axis < x.rank() - 1) {
            if (axis != 1) {
                throw new NodeRefusal(
                        "expects shares along one axis but got those from axis " + axis + " on of input " + x);
            }
            Value flat = call.reshaped(call.value(0), x.value().shape().size());
            return Signal.of(call.reshaped(call.apply(op, flat), x.dims()));
        }
        int own = x.axis(axis);
        if (own == 0) {
            return x.with(call.apply(op, x.value()));
        }
        List<Integer> first = new ArrayList<>();
        first.add(own);
        IntStream.range(0, x.rank() - 1).filter(i -> i != own).forEach(first::add);
        Value shares = call.apply(op, call.apply(new Transposition(first), x.value()));
        List<Integer> order = x.order().stream().map(first::indexOf).toList();
        return new Signal(shares, order);
    }
}
