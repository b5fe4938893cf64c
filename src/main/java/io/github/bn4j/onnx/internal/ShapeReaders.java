package io.github.bn4j.onnx.internal;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Embedding;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Gathering;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Transposition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that move elements and compute nothing. */
final class ShapeReaders {

    private static final List<Integer> CHANNELS_FIRST = List.of(2, 0, 1);
    private static final List<Integer> CHANNELS_LAST = List.of(1, 2, 0);

    private ShapeReaders() {}

    /** The shape of a signal, with a word for the number of examples. */
    static Operand shape(OnnxCall call) {
        Signal x = call.signal(0);
        long[] all = LongStream.concat(LongStream.of(Constant.BATCH), LongStream.of(x.dims()))
                .toArray();
        int start = clamped(call.attributes().whole("start", 0), all.length);
        int end = Math.max(start, clamped(call.attributes().whole("end", Long.MAX_VALUE), all.length));
        return Constant.whole(Arrays.copyOfRange(all, start, end), call.node().getOutput(0), end - start);
    }

    /** A place in an axis, counted from its front and kept inside. */
    static int clamped(long place, long length) {
        return (int) Math.max(0, Math.min(length, place < 0 ? place + length : place));
    }

    static Operand reshape(OnnxCall call) {
        Signal x = call.signal(0);
        long[] wanted = call.list(1, "shape").orElseThrow(() -> new NodeRefusal("expects a shape but got none"));
        boolean zeros = call.attributes().flag("allowzero", false);
        return Signal.of(call.reshaped(call.value(0), resolved(call, x, wanted, zeros)));
    }

    /** What a wanted shape is for one example. */
    private static long[] resolved(OnnxCall call, Signal x, long[] wanted, boolean zeros) {
        String text = Arrays.toString(wanted).replace(Long.toString(Constant.BATCH), "batch");
        if (wanted.length == 0) {
            throw new NodeRefusal("expects a shape with the batch first but got " + text);
        }
        long[] dims = x.dims();
        long size = x.value().shape().size();
        long[] rest = Arrays.copyOfRange(wanted, 1, wanted.length);
        long known = 1;
        int open = -1;
        for (int i = 0; i < rest.length; i++) {
            if (rest[i] == 0 && !zeros) {
                if (i >= dims.length) {
                    throw new NodeRefusal("expects an axis " + (i + 1) + " to keep but got input " + x);
                }
                rest[i] = dims[i];
            }
            if (rest[i] == -1 && open < 0) {
                open = i;
            } else if (rest[i] < 1) {
                throw new NodeRefusal("expects a shape whose batch stays as it is but got " + text + " for input " + x);
            } else {
                known = Math.multiplyExact(known, rest[i]);
            }
        }
        if (open >= 0) {
            if (size % known != 0) {
                throw new NodeRefusal("expects a shape of " + size + " elements per example but got " + text);
            }
            rest[open] = size / known;
            known = size;
        }
        long first = wanted[0];
        boolean keeps = first == Constant.BATCH
                || (first == 0 && !zeros)
                || first == -1
                || (first > 0 && (first == call.names().batch() || call.names().batch() == 0));
        if (!keeps || known != size || (first == -1 && open >= 0)) {
            throw new NodeRefusal("expects a shape that leaves the batch as it is and has " + size
                    + " elements per example but got " + text + " for input " + x);
        }
        if (first > 0 && call.names().batch() == 0) {
            call.graph()
                    .assume("shapes for " + first
                            + " examples, for which the file was made, are for any number of them");
        }
        return rest;
    }

    static Operand flatten(OnnxCall call) {
        Signal x = call.signal(0);
        long axis = call.attributes().whole("axis", 1);
        if (axis == x.rank() && x.value().shape().size() == 1) {
            return Signal.of(call.reshaped(call.value(0), 1));
        }
        if ((axis < 0 ? axis + x.rank() : axis) != 1) {
            throw new NodeRefusal("expects to flatten from axis 1 on, each example by itself, but got axis " + axis);
        }
        return Signal.of(call.reshaped(call.value(0), x.value().shape().size()));
    }

    static Operand squeeze(OnnxCall call) {
        Signal x = call.signal(0);
        long[] dims = x.dims();
        Optional<long[]> axes = call.list(1, "axes");
        TreeSet<Integer> gone = new TreeSet<>();
        if (axes.isPresent()) {
            for (long axis : axes.get()) {
                gone.add(OnnxCall.axis(axis, x.rank()) - 1);
            }
        } else {
            IntStream.range(0, dims.length).filter(i -> dims[i] == 1).forEach(gone::add);
        }
        gone.forEach(axis -> {
            if (dims[axis] != 1) {
                throw new NodeRefusal(
                        "expects axes of length 1 to take away but got axis " + (axis + 1) + " of input " + x);
            }
        });
        long[] rest = IntStream.range(0, dims.length)
                .filter(i -> !gone.contains(i))
                .mapToLong(i -> dims[i])
                .toArray();
        return Signal.of(call.reshaped(call.value(0), rest));
    }

    static Operand unsqueeze(OnnxCall call) {
        Signal x = call.signal(0);
        long[] axes = call.list(1, "axes").orElseThrow(() -> new NodeRefusal("expects axes but got none"));
        TreeSet<Integer> added = new TreeSet<>();
        for (long axis : axes) {
            added.add(OnnxCall.axis(axis, x.rank() + axes.length));
        }
        List<Long> dims = new ArrayList<>(LongStream.of(x.dims()).boxed().toList());
        added.forEach(axis -> dims.add(Math.min(dims.size(), axis - 1), 1L));
        return Signal.of(call.reshaped(
                call.value(0), dims.stream().mapToLong(Long::longValue).toArray()));
    }

    /* Images whose channels move from the last axis to the first, or back, are what exporters of other layouts write around each
     * operator: they are left to the next one, where most of them cancel. */
    static Operand transpose(OnnxCall call) {
        Signal x = call.signal(0);
        long[] told = call.attributes().list("perm");
        int rank = x.rank();
        long[] order = told.length == 0
                ? LongStream.range(0, rank).map(i -> rank - 1 - i).toArray()
                : told;
        if (order.length != rank
                || !Arrays.equals(
                        LongStream.of(order).sorted().toArray(),
                        LongStream.range(0, rank).toArray())) {
            throw new NodeRefusal("expects an order of " + rank + " axes but got " + Arrays.toString(order));
        }
        if (order[0] != 0) {
            boolean interpolates = call.names().consumers(call.node().getOutput(0)).stream()
                    .anyMatch(consumer -> consumer.getOpType().equals("GatherND"));
            throw new NodeRefusal("expects an order in which the batch stays first but got " + Arrays.toString(order)
                    + (interpolates
                            ? " before GatherND, as torch.onnx.export writes linear interpolation of sequences;"
                                    + " export it with dynamo=False, which writes a Resize"
                            : ""));
        }
        List<Integer> example = new ArrayList<>();
        List<Integer> axes = new ArrayList<>();
        for (int i = 1; i < rank; i++) {
            example.add((int) order[i] - 1);
            axes.add(x.order().get((int) order[i] - 1));
        }
        Signal result = new Signal(x.value(), axes);
        boolean isLayout = example.equals(CHANNELS_FIRST) || example.equals(CHANNELS_LAST);
        return isLayout || result.isInOrder() ? result : Signal.of(call.apply(new Transposition(axes), x.value()));
    }

    static Operand concat(OnnxCall call) {
        Optional<Operand> maxima = PoolReaders.adaptiveMax(call);
        if (maxima.isPresent()) {
            return maxima.get();
        }
        Signal some = IntStream.range(0, call.inputs())
                .filter(call::isSignal)
                .mapToObj(call::signal)
                .findFirst()
                .orElseGet(() -> call.signal(0));
        int axis = OnnxCall.axis(call.attributes().whole("axis", 1), some.rank());
        List<Signal> inputs = withoutConstants(call, axis);
        Signal first = inputs.get(0);
        if (inputs.size() == 1) {
            return first;
        }
        boolean alike = inputs.stream().allMatch(input -> input.order().equals(first.order()));
        if (alike) {
            Value[] values = inputs.stream().map(Signal::value).toArray(Value[]::new);
            return first.with(call.apply(new Concatenation(first.axis(axis)), values));
        }
        Value[] values = inputs.stream().map(call.graph()::inOrder).toArray(Value[]::new);
        return Signal.of(call.apply(new Concatenation(axis - 1), values));
    }

    /* Constants between signals make these longer: padding with a number, as from TensorFlow. */
    private static List<Signal> withoutConstants(OnnxCall call, int axis) {
        List<Signal> signals = new ArrayList<>();
        List<Constant> before = new ArrayList<>();
        for (int i = 0; i < call.inputs(); i++) {
            if (call.operand(i) instanceof Constant constant) {
                if (signals.isEmpty()) {
                    before.add(constant);
                } else {
                    int last = signals.size() - 1;
                    signals.set(last, PadReader.beside(call, signals.get(last), axis, constant, false));
                }
            } else {
                Signal next = call.signal(i);
                for (int c = before.size() - 1; c >= 0; c--) {
                    next = PadReader.beside(call, next, axis, before.get(c), true);
                }
                before.clear();
                signals.add(next);
            }
        }
        return signals;
    }

    static List<Operand> split(OnnxCall call) {
        if (call.operand(0) instanceof Constant whole) {
            return ConstantMoves.split(call, whole);
        }
        Signal x = call.signal(0);
        int axis = OnnxCall.axis(call.attributes().whole("axis", 0), x.rank());
        long[] sizes = parts(call, axis, x.dims()[axis - 1]);
        List<Operand> results = new ArrayList<>();
        long from = 0;
        for (long part : sizes) {
            results.add(sliced(call, x, axis, from, from + part));
            from += part;
        }
        return results;
    }

    /** The lengths of the parts of an axis. */
    static long[] parts(OnnxCall call, int axis, long length) {
        int parts = call.node().getOutputCount();
        long told = call.attributes().whole("num_outputs", parts);
        long size = (length + told - 1) / Math.max(1, told);
        long[] sizes = call.list(1, "split").orElseGet(() -> IntStream.range(0, parts)
                .mapToLong(i -> Math.min(size, length - i * size))
                .toArray());
        boolean fits = told == parts
                && sizes.length == parts
                && LongStream.of(sizes).allMatch(part -> part >= 0 && part <= length)
                && LongStream.of(sizes).sum() == length;
        if (!fits) {
            throw new NodeRefusal(
                    "expects parts of axis " + axis + " of length " + length + " but got " + Arrays.toString(sizes));
        }
        return sizes;
    }

    private static Signal sliced(OnnxCall call, Signal x, int axis, long from, long to) {
        if (from >= to) {
            throw new NodeRefusal("expects parts with elements but got " + from + " to " + to + " of axis " + axis);
        }
        if (from == 0 && to == x.dims()[axis - 1]) {
            return x;
        }
        return x.with(call.apply(new Slicing(x.axis(axis), (int) from, (int) to), x.value()));
    }

    static Operand slice(OnnxCall call) {
        Signal x = call.signal(0);
        long[] starts = call.list(1, "starts").orElseThrow(() -> new NodeRefusal("expects starts but got none"));
        long[] ends = call.list(2, "ends").orElseThrow(() -> new NodeRefusal("expects ends but got none"));
        long[] axes =
                call.list(3, "axes").orElse(LongStream.range(0, starts.length).toArray());
        long[] steps = call.optional(4).map(OnnxCall::whole).orElseGet(() -> {
            long[] ones = new long[starts.length];
            Arrays.fill(ones, 1);
            return ones;
        });
        if (ends.length != starts.length || axes.length != starts.length || steps.length != starts.length) {
            throw new NodeRefusal("expects as many ends, axes and steps as starts but got " + Arrays.toString(ends)
                    + ", " + Arrays.toString(axes) + " and " + Arrays.toString(steps));
        }
        Signal result = x;
        for (int i = 0; i < starts.length; i++) {
            if (steps[i] != 1) {
                throw new NodeRefusal("expects slices in steps of 1 but got " + steps[i]);
            }
            long counted = axes[i] < 0 ? axes[i] + x.rank() : axes[i];
            boolean isWhole = ends[i] >= Integer.MAX_VALUE
                    || ends[i] == Constant.BATCH
                    || (call.names().batch() > 0 && ends[i] >= call.names().batch());
            if (counted == 0 && starts[i] == 0 && isWhole) {
                continue;
            }
            int axis = OnnxCall.axis(axes[i], x.rank());
            long length = result.dims()[axis - 1];
            result = sliced(call, result, axis, clamped(starts[i], length), clamped(ends[i], length));
        }
        return result;
    }

    static Operand gather(OnnxCall call) {
        if (!call.isSignal(0)) {
            return embedding(call);
        }
        Signal x = call.signal(0);
        int axis = OnnxCall.axis(call.attributes().whole("axis", 0), x.rank());
        Constant places = call.constant(1);
        long[] wanted = OnnxCall.whole(places);
        long length = x.dims()[axis - 1];
        if (places.rank() > 1 || wanted.length == 0) {
            throw new NodeRefusal("expects places along one axis but got " + places);
        }
        List<Signal> parts = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            long from = wanted[i] < 0 ? wanted[i] + length : wanted[i];
            long to = from + 1;
            while (i + 1 < wanted.length && wanted[i + 1] == to) {
                i++;
                to++;
            }
            if (from < 0 || to > length) {
                throw new NodeRefusal(
                        "expects places of axis " + axis + " of input " + x + " but got " + Arrays.toString(wanted));
            }
            parts.add(sliced(call, x, axis, from, to));
        }
        Signal part = parts.size() == 1
                ? parts.get(0)
                : x.with(call.apply(
                        new Concatenation(x.axis(axis)),
                        parts.stream().map(Signal::value).toArray(Value[]::new)));
        if (places.rank() == 1) {
            return part;
        }
        long[] dims = part.dims();
        long[] rest = IntStream.range(0, dims.length)
                .filter(i -> i != axis - 1)
                .mapToLong(i -> dims[i])
                .toArray();
        return Signal.of(call.reshaped(call.graph().inOrder(part), rest));
    }

    private static Operand embedding(OnnxCall call) {
        Constant rows = call.parameter(0);
        if (rows.rank() != 2 || call.attributes().whole("axis", 0) != 0) {
            throw new NodeRefusal("expects rows of a matrix by their numbers but got " + rows);
        }
        Embedding layer = Embedding.of(OnnxWindow.whole(rows.dims()[0]), OnnxWindow.whole(rows.dims()[1]));
        Scope scope = call.graph().scope(call.path(), layer.toString());
        Parameter weight = scope.weight("weight", Shape.of(rows.dims()), Initializer.constant(0));
        call.graph().set(weight.name(), rows.array(call.graph().type()), rows.name());
        return Signal.of(scope.apply(new Gathering(), call.value(1), weight));
    }

    static Operand expand(OnnxCall call) {
        if (call.operand(0) instanceof Constant ones && Mask.isMadeBy(call)) {
            if (!ones.isAll(1)) {
                throw new NodeRefusal("expects ones to repeat for each example but got " + ones);
            }
            return Mask.ones(OnnxCall.whole(call.constant(1)));
        }
        Signal x = call.signal(0);
        long[] wanted = OnnxCall.whole(call.constant(1));
        long[] dims = x.dims();
        for (int i = 1; i <= Math.min(wanted.length, dims.length); i++) {
            long length = wanted[wanted.length - i];
            if (length != 1 && length != dims[dims.length - i]) {
                throw new NodeRefusal(
                        "expects a shape that input " + x + " has already but got " + Arrays.toString(wanted));
            }
        }
        if (wanted.length > x.rank()) {
            throw new NodeRefusal(
                    "expects a shape of at most " + x.rank() + " axes but got " + Arrays.toString(wanted));
        }
        return x;
    }

    /** Channels to blocks of pixels. */
    static Operand depthToSpace(OnnxCall call) {
        long block = block(call);
        boolean columnFirst = call.attributes().text("mode", "DCR").equals("CRD");
        Value x = call.value(0);
        long[] dims = images(call, x);
        if (dims[0] % (block * block) != 0) {
            throw new NodeRefusal("expects channels that blocks of " + block + " divide but got " + call.signal(0));
        }
        long channels = dims[0] / (block * block);
        Value apart = columnFirst
                ? call.reshaped(x, channels, block, block, dims[1], dims[2])
                : call.reshaped(x, block, block, channels, dims[1], dims[2]);
        List<Integer> order = columnFirst ? List.of(0, 3, 1, 4, 2) : List.of(2, 3, 0, 4, 1);
        Value mixed = call.apply(new Transposition(order), apart);
        return Signal.of(call.reshaped(mixed, channels, dims[1] * block, dims[2] * block));
    }

    /** Blocks of pixels to channels. */
    static Operand spaceToDepth(OnnxCall call) {
        long block = block(call);
        Value x = call.value(0);
        long[] dims = images(call, x);
        if (dims[1] % block != 0 || dims[2] % block != 0) {
            throw new NodeRefusal("expects images that blocks of " + block + " divide but got " + call.signal(0));
        }
        Value apart = call.reshaped(x, dims[0], dims[1] / block, block, dims[2] / block, block);
        Value mixed = call.apply(new Transposition(List.of(2, 4, 0, 1, 3)), apart);
        return Signal.of(call.reshaped(mixed, dims[0] * block * block, dims[1] / block, dims[2] / block));
    }

    private static long block(OnnxCall call) {
        long block = call.attributes().whole("blocksize", 0);
        if (block < 1 || block > Short.MAX_VALUE) {
            throw new NodeRefusal("expects a blocksize of at least 1 but got " + block);
        }
        return block;
    }

    private static long[] images(OnnxCall call, Value x) {
        if (x.shape().rank() != 3) {
            throw new NodeRefusal("expects input [batch, channels, height, width] but got " + call.signal(0));
        }
        return x.shape().dims();
    }
}
