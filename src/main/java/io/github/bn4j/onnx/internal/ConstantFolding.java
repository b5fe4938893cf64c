package io.github.bn4j.onnx.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes what depends on constants only: the shapes and factors that exporters compute in the file. The number of examples, which the
 * network leaves open, goes through as {@link Constant#BATCH}, wherever it is only moved.
 */
final class ConstantFolding {

    /** Arithmetic is for shapes and factors; of weights it is for a few million. */
    private static final long MOST = 1 << 24;

    private static final Map<String, Function<OnnxCall, Constant>> TABLE = Map.ofEntries(
            Map.entry("Identity", call -> call.constant(0)),
            Map.entry("Cast", ConstantFolding::cast),
            Map.entry(
                    "Size", call -> Constant.whole(new long[] {call.constant(0).length()}, name(call))),
            Map.entry("Shape", ConstantFolding::shape),
            Map.entry("Gather", ConstantFolding::gather),
            Map.entry("GatherND", ConstantFolding::gatherNd),
            Map.entry("Concat", ConstantFolding::concat),
            Map.entry("Unsqueeze", ConstantFolding::unsqueeze),
            Map.entry("Squeeze", ConstantFolding::squeeze),
            Map.entry("Reshape", ConstantFolding::reshape),
            Map.entry("Flatten", ConstantFolding::flatten),
            Map.entry("Transpose", ConstantFolding::transpose),
            Map.entry("Slice", ConstantFolding::slice),
            Map.entry("Expand", ConstantFolding::expand),
            Map.entry("ConstantOfShape", ConstantFolding::constantOfShape),
            Map.entry("Range", ConstantFolding::range),
            Map.entry("Where", ConstantFolding::where),
            Map.entry("ReduceProd", ConstantFolding::product),
            Map.entry("Add", call -> binary(call, (a, b) -> a + b, (a, b) -> batch(a, b, 0, a + b))),
            Map.entry("Sub", call -> binary(call, (a, b) -> a - b, (a, b) -> b == 0 ? a : batch(a, b, 0, a - b))),
            Map.entry("Mul", call -> binary(call, (a, b) -> a * b, (a, b) -> batch(a, b, 1, a * b))),
            Map.entry("Div", call -> binary(call, (a, b) -> a / b, ConstantFolding::quotient)),
            Map.entry(
                    "Mod",
                    call -> binary(
                            call, (a, b) -> a - b * Math.floor(a / b), (a, b) -> Math.floorMod(some(a), nonZero(b)))),
            Map.entry("Max", call -> binary(call, Math::max, (a, b) -> Math.max(some(a), some(b)))),
            Map.entry("Min", call -> binary(call, Math::min, (a, b) -> Math.min(some(a), some(b)))),
            Map.entry(
                    "Pow",
                    call -> binary(call, Math::pow, (a, b) -> (long) Math.pow((double) some(a), (double) some(b)))),
            Map.entry("Equal", call -> truth(call, (a, b) -> a == b)),
            Map.entry("Greater", call -> truth(call, (a, b) -> a > b)),
            Map.entry("Less", call -> truth(call, (a, b) -> a < b)),
            Map.entry("And", call -> truth(call, (a, b) -> a != 0 && b != 0)),
            Map.entry("Or", call -> truth(call, (a, b) -> a != 0 || b != 0)),
            Map.entry("Not", call -> unary(call, a -> a == 0 ? 1 : 0, a -> a == 0 ? 1 : 0)),
            Map.entry("Neg", call -> unary(call, a -> -a, a -> -some(a))),
            Map.entry("Abs", call -> unary(call, Math::abs, a -> Math.abs(some(a)))),
            Map.entry("Floor", call -> unary(call, Math::floor, a -> a)),
            Map.entry("Ceil", call -> unary(call, Math::ceil, a -> a)),
            Map.entry("Round", call -> unary(call, Math::rint, a -> a)),
            Map.entry("Sqrt", call -> unary(call, Math::sqrt, a -> (long) Math.sqrt((double) some(a)))),
            Map.entry("Exp", call -> unary(call, Math::exp, a -> (long) Math.exp((double) some(a)))),
            Map.entry("Log", call -> unary(call, Math::log, a -> (long) Math.log((double) some(a)))),
            Map.entry("Reciprocal", call -> unary(call, a -> 1 / a, a -> 1 / nonZero(a))));

    private ConstantFolding() {}

    /** Whether a node can be computed here once all its inputs are constants. */
    static boolean knows(NodeProto node) {
        return TABLE.containsKey(node.getOpType());
    }

    static Constant fold(OnnxCall call) {
        return requireNonNull(TABLE.get(call.operator())).apply(call).named(name(call));
    }

    private static String name(OnnxCall call) {
        return call.node().getOutput(0);
    }

    // The number of examples.

    private static long batch(long a, long b, long neutral, long result) {
        if (a == Constant.BATCH && b == neutral) {
            return a;
        }
        if (b == Constant.BATCH && a == neutral) {
            return b;
        }
        some(a);
        some(b);
        return result;
    }

    private static long quotient(long a, long b) {
        if (a == Constant.BATCH && b == 1) {
            return a;
        }
        return some(a) / nonZero(b);
    }

    private static long some(long value) {
        if (value == Constant.BATCH) {
            throw new NodeRefusal("expects numbers that do not depend on the number of examples");
        }
        return value;
    }

    private static long nonZero(long value) {
        if (value == 0) {
            throw new NodeRefusal("expects a divisor but got 0");
        }
        return some(value);
    }

    // Element by element.

    private static long few(long count) {
        if (count > MOST) {
            throw new NodeRefusal(
                    "expects constants of at most " + MOST + " elements to compute with but got " + count);
        }
        return count;
    }

    private static Constant unary(OnnxCall call, DoubleUnaryOperator onNumbers, LongUnaryOperator onWhole) {
        Constant x = call.constant(0);
        few(x.length());
        return x.isWhole()
                ? Constant.whole(LongStream.of(x.whole()).map(onWhole).toArray(), x.name(), x.dims())
                : numbers(Arrays.stream(x.doubles()).map(onNumbers).toArray(), x, x.dims());
    }

    private static Constant numbers(double[] values, Constant like, long... dims) {
        return values.length == 0
                ? Constant.whole(new long[0], like.name(), dims)
                : Constant.of(Tensors.of(type(like), values, dims), like.name());
    }

    private static DataType type(Constant like) {
        INDArray numbers = like.numbers();
        return numbers == null ? DataType.FLOAT : numbers.dataType();
    }

    private static Constant binary(OnnxCall call, DoubleBinaryOperator onNumbers, LongBinaryOperator onWhole) {
        Constant result = binary(call.constant(0), call.constant(1), onNumbers, onWhole);
        for (int i = 2; i < call.inputs(); i++) {
            result = binary(result, call.constant(i), onNumbers, onWhole);
        }
        return result;
    }

    private static Constant binary(Constant a, Constant b, DoubleBinaryOperator onNumbers, LongBinaryOperator onWhole) {
        long[] dims = broadcast(a.dims(), b.dims());
        int[] fromA = places(a.dims(), dims);
        int[] fromB = places(b.dims(), dims);
        if (a.isWhole() && b.isWhole()) {
            long[] first = a.whole();
            long[] second = b.whole();
            long[] values = new long[fromA.length];
            Arrays.setAll(values, i -> onWhole.applyAsLong(first[fromA[i]], second[fromB[i]]));
            return Constant.whole(values, a.name(), dims);
        }
        requireNoBatch(a);
        requireNoBatch(b);
        double[] first = a.doubles();
        double[] second = b.doubles();
        double[] values = new double[fromA.length];
        Arrays.setAll(values, i -> onNumbers.applyAsDouble(first[fromA[i]], second[fromB[i]]));
        return numbers(values, a.isWhole() ? b : a, dims);
    }

    private static void requireNoBatch(Constant constant) {
        if (constant.hasBatch()) {
            some(Constant.BATCH);
        }
    }

    @FunctionalInterface
    private interface Comparison {

        boolean holds(double a, double b);
    }

    private static Constant truth(OnnxCall call, Comparison comparison) {
        Constant a = call.constant(0);
        Constant b = call.constant(1);
        long[] dims = broadcast(a.dims(), b.dims());
        int[] fromA = places(a.dims(), dims);
        int[] fromB = places(b.dims(), dims);
        double[] first = a.doubles();
        double[] second = b.doubles();
        long[] values = new long[fromA.length];
        Arrays.setAll(values, i -> comparison.holds(first[fromA[i]], second[fromB[i]]) ? 1 : 0);
        return Constant.whole(values, a.name(), dims);
    }

    private static Constant where(OnnxCall call) {
        Constant condition = call.constant(0);
        Constant yes = call.constant(1);
        Constant no = call.constant(2);
        long[] dims = broadcast(condition.dims(), broadcast(yes.dims(), no.dims()));
        int[] asked = places(condition.dims(), dims);
        int[] fromYes = places(yes.dims(), dims);
        int[] fromNo = places(no.dims(), dims);
        long[] truths = OnnxCall.whole(condition);
        if (yes.isWhole() && no.isWhole()) {
            long[] first = yes.whole();
            long[] second = no.whole();
            long[] values = new long[asked.length];
            Arrays.setAll(values, i -> truths[asked[i]] != 0 ? first[fromYes[i]] : second[fromNo[i]]);
            return Constant.whole(values, name(call), dims);
        }
        double[] first = yes.doubles();
        double[] second = no.doubles();
        double[] values = new double[asked.length];
        Arrays.setAll(values, i -> truths[asked[i]] != 0 ? first[fromYes[i]] : second[fromNo[i]]);
        return numbers(values, yes, dims);
    }

    /** The dimensions of two tensors together: those of length 1 are repeated. */
    private static long[] broadcast(long[] a, long[] b) {
        long[] dims = new long[Math.max(a.length, b.length)];
        for (int i = 1; i <= dims.length; i++) {
            long first = i <= a.length ? a[a.length - i] : 1;
            long second = i <= b.length ? b[b.length - i] : 1;
            if (first != second && first != 1 && second != 1) {
                throw new NodeRefusal("expects constants that are repeated to each other but got " + Arrays.toString(a)
                        + " and " + Arrays.toString(b));
            }
            dims[dims.length - i] = first == 1 ? second : first;
        }
        return dims;
    }

    private static long size(long... dims) {
        long size = 1;
        for (long dim : dims) {
            if (dim < 0) {
                throw new NodeRefusal("expects a shape but got " + Arrays.toString(dims));
            }
            size = dim > 0 && size > Integer.MAX_VALUE / dim ? few(Long.MAX_VALUE) : size * dim;
        }
        return size;
    }

    /** For each element of a tensor of {@code dims} where it is in one that is repeated to it. */
    private static int[] places(long[] own, long[] dims) {
        int count = (int) few(size(dims));
        int[] places = new int[count];
        long[] strides = new long[dims.length];
        long stride = 1;
        for (int i = 1; i <= own.length; i++) {
            long length = own[own.length - i];
            strides[dims.length - i] = length == 1 ? 0 : stride;
            stride *= length;
        }
        for (int i = 0; i < count; i++) {
            long rest = i;
            long place = 0;
            for (int axis = dims.length - 1; axis >= 0; axis--) {
                place += rest % dims[axis] * strides[axis];
                rest /= dims[axis];
            }
            places[i] = (int) place;
        }
        return places;
    }

    /** Elements by their places. */
    private static Constant picked(Constant from, int[] places, long... dims) {
        if (from.isWhole()) {
            long[] all = from.whole();
            return Constant.whole(IntStream.of(places).mapToLong(i -> all[i]).toArray(), from.name(), dims);
        }
        double[] all = from.doubles();
        return numbers(IntStream.of(places).mapToDouble(i -> all[i]).toArray(), from, dims);
    }

    // Shapes.

    private static Constant cast(OnnxCall call) {
        Constant x = call.constant(0);
        int to = (int) call.attributes().whole("to", 0);
        call.attributes().ignore("saturate", "round_mode");
        if (TensorReader.isFloating(to)) {
            if (!x.isWhole() || x.length() == 0) {
                DataType type = to == TensorProto.DataType.DOUBLE_VALUE ? DataType.DOUBLE : DataType.FLOAT;
                return x.isWhole() ? x : Constant.of(x.array(type), x.name());
            }
            requireNoBatch(x);
            return numbers(x.doubles(), x, x.dims());
        }
        if (!TensorReader.isWhole(to)) {
            throw new NodeRefusal("expects a cast to numbers but got " + TensorReader.word(to));
        }
        if (to == TensorProto.DataType.BOOL_VALUE) {
            return Constant.whole(
                    Arrays.stream(x.doubles())
                            .mapToLong(value -> value == 0 ? 0 : 1)
                            .toArray(),
                    x.name(),
                    x.dims());
        }
        few(x.length());
        return x.isWhole()
                ? x
                : Constant.whole(
                        Arrays.stream(x.doubles())
                                .mapToLong(value -> (long) value)
                                .toArray(),
                        x.name(),
                        x.dims());
    }

    private static Constant shape(OnnxCall call) {
        long[] dims = call.constant(0).dims();
        int start = ShapeReaders.clamped(call.attributes().whole("start", 0), dims.length);
        int end = Math.max(start, ShapeReaders.clamped(call.attributes().whole("end", Long.MAX_VALUE), dims.length));
        return Constant.whole(Arrays.copyOfRange(dims, start, end), name(call), end - start);
    }

    private static int axis(long axis, int rank) {
        long counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new NodeRefusal("expects an axis below " + rank + " but got " + axis);
        }
        return (int) counted;
    }

    private static Constant gather(OnnxCall call) {
        Constant x = call.constant(0);
        Constant wanted = call.constant(1);
        int axis = axis(call.attributes().whole("axis", 0), x.rank());
        long length = x.dims()[axis];
        long[] numbers = OnnxCall.whole(wanted);
        long before = size(Arrays.copyOf(x.dims(), axis));
        long after = size(Arrays.copyOfRange(x.dims(), axis + 1, x.rank()));
        int[] places = new int[(int) few(Math.multiplyExact(Math.multiplyExact(before, numbers.length), after))];
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
        return picked(x, places, dims);
    }

    private static Constant gatherNd(OnnxCall call) {
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
        long after = size(Arrays.copyOfRange(x.dims(), depth, x.rank()));
        int count = numbers.length / depth;
        int[] places = new int[(int) few(Math.multiplyExact(count, after))];
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
        return picked(x, places, dims);
    }

    private static Constant concat(OnnxCall call) {
        List<Constant> parts =
                IntStream.range(0, call.inputs()).mapToObj(call::constant).toList();
        Constant first = parts.get(0);
        int axis = axis(call.attributes().whole("axis", 1), first.rank());
        long before = size(Arrays.copyOf(first.dims(), axis));
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
        int count = (int) few(size(dims));
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
        return whole ? Constant.whole(wholes, name(call), dims) : numbers(doubles, like, dims);
    }

    private static Constant unsqueeze(OnnxCall call) {
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

    private static Constant squeeze(OnnxCall call) {
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
        if (size(dims) != x.length()) {
            throw new NodeRefusal("expects axes of length 1 but got " + axes + " of " + x);
        }
        return x.reshaped(dims);
    }

    private static Constant reshape(OnnxCall call) {
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
                known = Math.multiplyExact(known, some(dims[i]));
            }
        }
        if (open >= 0 && known > 0) {
            dims[open] = x.length() / known;
        }
        if (size(dims) != x.length()) {
            throw new NodeRefusal("expects a shape of " + x.length() + " elements but got " + Arrays.toString(dims));
        }
        return x.reshaped(dims);
    }

    private static Constant flatten(OnnxCall call) {
        Constant x = call.constant(0);
        long told = call.attributes().whole("axis", 1);
        int axis = told == x.rank() ? x.rank() : axis(told, x.rank());
        long before = size(Arrays.copyOf(x.dims(), axis));
        return x.reshaped(before, before == 0 ? 0 : x.length() / before);
    }

    private static Constant transpose(OnnxCall call) {
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

    private static Constant slice(OnnxCall call) {
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
        long before = size(Arrays.copyOf(x.dims(), axis));
        long after = size(Arrays.copyOfRange(x.dims(), axis + 1, x.rank()));
        int[] places = new int[(int) few(before * kept.size() * after)];
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
        return picked(x, places, dims);
    }

    private static Constant expand(OnnxCall call) {
        Constant x = call.constant(0);
        long[] wanted = OnnxCall.whole(call.constant(1));
        requireNoBatch(call.constant(1));
        long[] dims = broadcast(x.dims(), wanted);
        return picked(x, places(x.dims(), dims), dims);
    }

    private static Constant constantOfShape(OnnxCall call) {
        long[] dims = OnnxCall.whole(call.constant(0)).clone();
        requireNoBatch(call.constant(0));
        long count = size(dims);
        Constant value = call.attributes()
                .tensor("value")
                .map(tensor -> call.names().reader().read(tensor, name(call)))
                .orElseGet(() -> Constant.of(Tensors.number(0).castTo(DataType.FLOAT), name(call)));
        if (value.length() != 1) {
            throw new NodeRefusal("expects one value but got " + value);
        }
        INDArray number = value.numbers();
        if (number == null || count == 0) {
            long[] values = new long[(int) few(count)];
            Arrays.fill(values, value.isWhole() ? value.whole()[0] : 0);
            return Constant.whole(values, name(call), dims);
        }
        MemoryLimit.require(
                OnnxFile.WHO,
                (double) count * number.dataType().width(),
                "tensor \"" + name(call) + "\"",
                "use a smaller model");
        return Constant.of(Tensors.zeros(number.dataType(), dims).assign(number.getDouble(0)), name(call));
    }

    private static Constant range(OnnxCall call) {
        double start = call.constant(0).doubles()[0];
        double limit = call.constant(1).doubles()[0];
        double delta = call.constant(2).doubles()[0];
        int count = (int) few((long) Math.max(0, Math.ceil((limit - start) / delta)));
        if (call.constant(0).isWhole()) {
            return Constant.whole(
                    IntStream.range(0, count)
                            .mapToLong(i -> (long) (start + i * delta))
                            .toArray(),
                    name(call),
                    count);
        }
        return numbers(
                IntStream.range(0, count).mapToDouble(i -> start + i * delta).toArray(), call.constant(0), count);
    }

    private static Constant product(OnnxCall call) {
        Constant x = call.constant(0);
        boolean keeps = call.attributes().flag("keepdims", true);
        long[] axes = call.list(1, "axes").orElse(new long[0]);
        if (x.rank() > 1 || axes.length > 1 || !x.isWhole()) {
            throw new NodeRefusal("expects the product of a list of whole numbers but got " + x);
        }
        long product = 1;
        for (long value : x.whole()) {
            product = batch(
                    product,
                    value,
                    1,
                    Math.multiplyExact(product == Constant.BATCH ? 1 : product, value == Constant.BATCH ? 1 : value));
        }
        long[] dims = keeps && x.rank() == 1 ? new long[] {1} : new long[0];
        return Constant.whole(new long[] {product}, name(call), dims);
    }
}
