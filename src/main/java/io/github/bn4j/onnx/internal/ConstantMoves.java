package io.github.bn4j.onnx.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Constants whose elements are moved: picked, joined, put under other axes. */
final class ConstantMoves {

    private ConstantMoves() {}

    static Constant shape(OnnxCall call) {
        long[] dims = call.constant(0).dims();
        int start = ShapeReaders.clamped(call.attributes().whole("start", 0), dims.length);
        int end = Math.max(start, ShapeReaders.clamped(call.attributes().whole("end", Long.MAX_VALUE), dims.length));
        return Constant.whole(Arrays.copyOfRange(dims, start, end), call.node().getOutput(0), end - start);
    }

    private static int axis(long axis, int rank) {
        long counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new NodeRefusal("expects an axis below " + rank + " but got " + axis);
        }
        return (int) counted;
    }

    static Constant gather(OnnxCall call) {
        Constant x = call.constant(0);
        Constant wanted = call.constant(1);
        int axis = axis(call.attributes().whole("axis", 0), x.rank());
        long length = x.dims()[axis];
        long[] numbers = OnnxCall.whole(wanted);
        long before = ConstantArithmetic.size(Arrays.copyOf(x.dims(), axis));
        long after = ConstantArithmetic.size(Arrays.copyOfRange(x.dims(), axis + 1, x.rank()));
        int[] places = new int
                [(int) ConstantArithmetic.few(Math.multiplyExact(Math.multiplyExact(before, numbers.length), after))];
        int next = 0;
        for (long outer = 0; outer < before; outer++) {
            for (long number : numbers) {
                long counted = number < 0 ? number + length : number;
                if (counted < 0 || counted >= length) {
                    throw new NodeRefusal("expects places below " + length + " but got " + number);
                }
                for (long inner = 0; inner < after; inner++) {
                    places[next++] = (int) ((outer * length + counted) * after + inner);
                }
            }
        }
        long[] dims = LongStream.concat(
                        LongStream.concat(Arrays.stream(x.dims(), 0, axis), LongStream.of(wanted.dims())),
                        Arrays.stream(x.dims(), axis + 1, x.rank()))
                .toArray();
        return ConstantArithmetic.picked(x, places, dims);
    }

    static Constant gatherNd(OnnxCall call) {
        Constant x = call.constant(0);
        Constant wanted = call.constant(1);
        if (call.attributes().whole("batch_dims", 0) != 0 || wanted.rank() < 1) {
            throw new NodeRefusal("expects batch_dims 0 and a list of places but got " + wanted);
        }
        int depth = (int) wanted.dims()[wanted.rank() - 1];
        if (depth < 1 || depth > x.rank()) {
            throw new NodeRefusal("expects places in " + x + " but got " + wanted);
        }
        long[] numbers = OnnxCall.whole(wanted);
        long after = ConstantArithmetic.size(Arrays.copyOfRange(x.dims(), depth, x.rank()));
        int count = numbers.length / depth;
        int[] places = new int[(int) ConstantArithmetic.few(Math.multiplyExact(count, after))];
        for (int i = 0; i < count; i++) {
            long place = 0;
            for (int axis = 0; axis < depth; axis++) {
                long number = numbers[i * depth + axis];
                long counted = number < 0 ? number + x.dims()[axis] : number;
                if (counted < 0 || counted >= x.dims()[axis]) {
                    throw new NodeRefusal("expects places in " + x + " but got " + number);
                }
                place = place * x.dims()[axis] + counted;
            }
            for (int inner = 0; inner < after; inner++) {
                places[(int) (i * after + inner)] = (int) (place * after + inner);
            }
        }
        long[] dims = LongStream.concat(
                        Arrays.stream(wanted.dims(), 0, wanted.rank() - 1), Arrays.stream(x.dims(), depth, x.rank()))
                .toArray();
        return ConstantArithmetic.picked(x, places, dims);
    }

    static Constant concat(OnnxCall call) {
        List<Constant> parts =
                IntStream.range(0, call.inputs()).mapToObj(call::constant).toList();
        Constant first = parts.get(0);
        int axis = axis(call.attributes().whole("axis", 1), first.rank());
        long before = ConstantArithmetic.size(Arrays.copyOf(first.dims(), axis));
        long length = 0;
        for (Constant part : parts) {
            long[] dims = part.dims().clone();
            if (dims.length == first.rank()) {
                dims[axis] = first.dims()[axis];
            }
            if (!Arrays.equals(dims, first.dims())) {
                throw new NodeRefusal(
                        "expects constants that differ along axis " + axis + " only but got " + first + " and " + part);
            }
            length = Math.addExact(length, part.dims()[axis]);
        }
        long[] dims = first.dims().clone();
        dims[axis] = length;
        int count = (int) ConstantArithmetic.few(ConstantArithmetic.size(dims));
        boolean whole = parts.stream().allMatch(Constant::isWhole);
        long[] wholes = new long[whole ? count : 0];
        double[] doubles = new double[whole ? 0 : count];
        int next = 0;
        for (long outer = 0; outer < before; outer++) {
            for (Constant part : parts) {
                int row = (int) (part.length() / before);
                if (whole) {
                    System.arraycopy(part.whole(), (int) outer * row, wholes, next, row);
                } else {
                    System.arraycopy(part.doubles(), (int) outer * row, doubles, next, row);
                }
                next += row;
            }
        }
        Constant like =
                parts.stream().filter(part -> !part.isWhole()).findFirst().orElse(first);
        return whole
                ? Constant.whole(wholes, call.node().getOutput(0), dims)
                : ConstantArithmetic.numbers(doubles, like, dims);
    }

    static Constant unsqueeze(OnnxCall call) {
        Constant x = call.constant(0);
        long[] axes = call.list(1, "axes").orElseThrow(() -> new NodeRefusal("expects axes but got none"));
        int rank = x.rank() + axes.length;
        List<Long> dims = new ArrayList<>(LongStream.of(x.dims()).boxed().toList());
        Arrays.stream(axes)
                .mapToInt(axis -> axis(axis, rank))
                .sorted()
                .forEach(axis -> dims.add(Math.min(axis, dims.size()), 1L));
        return x.reshaped(dims.stream().mapToLong(Long::longValue).toArray());
    }

    static Constant squeeze(OnnxCall call) {
        Constant x = call.constant(0);
        List<Integer> axes = call.list(1, "axes")
                .map(told -> Arrays.stream(told)
                        .mapToObj(axis -> axis(axis, x.rank()))
                        .toList())
                .orElse(IntStream.range(0, x.rank())
                        .filter(i -> x.dims()[i] == 1)
                        .boxed()
                        .toList());
        long[] dims = IntStream.range(0, x.rank())
                .filter(i -> !axes.contains(i))
                .mapToLong(i -> x.dims()[i])
                .toArray();
        if (ConstantArithmetic.size(dims) != x.length()) {
            throw new NodeRefusal("expects axes of length 1 but got " + axes + " of " + x);
        }
        return x.reshaped(dims);
    }

    static Constant reshape(OnnxCall call) {
        Constant x = call.constant(0);
        long[] dims = call.list(1, "shape")
                .orElseThrow(() -> new NodeRefusal("expects a shape but got none"))
                .clone();
        boolean zeros = call.attributes().flag("allowzero", false);
        int open = -1;
        long known = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == 0 && !zeros && i < x.rank()) {
                dims[i] = x.dims()[i];
            }
            if (dims[i] == -1 && open < 0) {
                open = i;
            } else {
                known = Math.multiplyExact(known, ConstantArithmetic.some(dims[i]));
            }
        }
        if (open >= 0 && known > 0) {
            dims[open] = x.length() / known;
        }
        if (ConstantArithmetic.size(dims) != x.length()) {
            throw new NodeRefusal("expects a shape of " + x.length() + " elements but got " + Arrays.toString(dims));
        }
        return x.reshaped(dims);
    }

    static Constant flatten(OnnxCall call) {
        Constant x = call.constant(0);
        long told = call.attributes().whole("axis", 1);
        int axis = told == x.rank() ? x.rank() : axis(told, x.rank());
        long before = ConstantArithmetic.size(Arrays.copyOf(x.dims(), axis));
        return x.reshaped(before, before == 0 ? 0 : x.length() / before);
    }

    static Constant transpose(OnnxCall call) {
        Constant x = call.constant(0);
        long[] told = call.attributes().list("perm");
        int rank = x.rank();
        int[] order = told.length == 0
                ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray()
                : Arrays.stream(told).mapToInt(axis -> axis(axis, rank)).toArray();
        if (!Arrays.equals(
                IntStream.of(order).sorted().toArray(), IntStream.range(0, rank).toArray())) {
            throw new NodeRefusal("expects an order of " + rank + " axes but got " + Arrays.toString(told));
        }
        INDArray numbers = x.numbers();
        if (numbers != null) {
            return rank < 2 ? x : Constant.of(numbers.permute(order).dup('c'), x.name());
        }
        long[] dims = IntStream.of(order).mapToLong(axis -> x.dims()[axis]).toArray();
        long[] strides = new long[rank];
        long stride = 1;
        for (int axis = rank - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= x.dims()[axis];
        }
        long[] values = new long[x.whole().length];
        for (int i = 0; i < values.length; i++) {
            long rest = i;
            long place = 0;
            for (int axis = rank - 1; axis >= 0; axis--) {
                place += rest % dims[axis] * strides[order[axis]];
                rest /= dims[axis];
            }
            values[i] = x.whole()[(int) place];
        }
        return Constant.whole(values, x.name(), dims);
    }

    static List<Operand> split(OnnxCall call, Constant x) {
        int axis = axis(call.attributes().whole("axis", 0), x.rank());
        List<Operand> parts = new ArrayList<>();
        long from = 0;
        for (long part : ShapeReaders.parts(call, axis, x.dims()[axis])) {
            parts.add(sliced(x, axis, from, from + part, 1));
            from += part;
        }
        return parts;
    }

    static Constant slice(OnnxCall call) {
        Constant x = call.constant(0);
        long[] starts = call.list(1, "starts").orElseThrow(() -> new NodeRefusal("expects starts but got none"));
        long[] ends = call.list(2, "ends").orElseThrow(() -> new NodeRefusal("expects ends but got none"));
        long[] axes =
                call.list(3, "axes").orElse(LongStream.range(0, starts.length).toArray());
        long[] steps = call.optional(4).map(OnnxCall::whole).orElse(new long[0]);
        if (ends.length != starts.length
                || axes.length != starts.length
                || (steps.length > 0 && steps.length != starts.length)) {
            throw new NodeRefusal("expects as many ends, axes and steps as starts but got " + Arrays.toString(starts));
        }
        Constant result = x;
        for (int i = 0; i < starts.length; i++) {
            int axis = axis(axes[i], x.rank());
            result = sliced(result, axis, starts[i], ends[i], steps.length == 0 ? 1 : steps[i]);
        }
        return result;
    }

    private static Constant sliced(Constant x, int axis, long start, long end, long step) {
        if (step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
            throw new NodeRefusal("expects steps other than 0 but got " + step);
        }
        long length = x.dims()[axis];
        List<Long> kept = new ArrayList<>();
        long from = start < 0 ? start + length : start;
        long to = end < 0 ? Math.max(end + length, -1) : end;
        if (step > 0) {
            for (long i = Math.max(0, from); i < Math.min(to, length); i += step) {
                kept.add(i);
            }
        } else {
            for (long i = Math.min(length - 1, from); i > Math.max(-1, end < -length ? -1 : to); i += step) {
                kept.add(i);
            }
        }
        long before = ConstantArithmetic.size(Arrays.copyOf(x.dims(), axis));
        long after = ConstantArithmetic.size(Arrays.copyOfRange(x.dims(), axis + 1, x.rank()));
        int[] places = new int[(int) ConstantArithmetic.few(before * kept.size() * after)];
        int next = 0;
        for (long outer = 0; outer < before; outer++) {
            for (long i : kept) {
                for (long inner = 0; inner < after; inner++) {
                    places[next++] = (int) ((outer * length + i) * after + inner);
                }
            }
        }
        long[] dims = x.dims().clone();
        dims[axis] = kept.size();
        return ConstantArithmetic.picked(x, places, dims);
    }

    static Constant expand(OnnxCall call) {
        Constant x = call.constant(0);
        long[] wanted = OnnxCall.whole(call.constant(1));
        ConstantArithmetic.requireNoBatch(call.constant(1));
        long[] dims = ConstantArithmetic.broadcast(x.dims(), wanted);
        return ConstantArithmetic.picked(x, ConstantArithmetic.places(x.dims(), dims), dims);
    }
}
