package io.github.bn4j.onnx.internal;

import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arithmetic with constants, element by element, for shapes and factors. The number of examples, which the network leaves open, goes
 * through where it is only moved: added to 0, or multiplied by 1.
 */
final class ConstantArithmetic {

    /** Arithmetic is for shapes and factors; of weights it is for a few million. */
    private static final long MOST = 1 << 24;

    private ConstantArithmetic() {}

    static long batch(long a, long b, long neutral, long result) {
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

    static long quotient(long a, long b) {
        if (a == Constant.BATCH && b == 1) {
            return a;
        }
        return some(a) / nonZero(b);
    }

    static long some(long value) {
        if (value == Constant.BATCH) {
            throw new NodeRefusal("expects numbers that do not depend on the number of examples");
        }
        return value;
    }

    static long nonZero(long value) {
        if (value == 0) {
            throw new NodeRefusal("expects a divisor but got 0");
        }
        return some(value);
    }

    static long few(long count) {
        if (count > MOST) {
            throw new NodeRefusal(
                    "expects constants of at most " + MOST + " elements to compute with but got " + count);
        }
        return count;
    }

    static Constant unary(OnnxCall call, DoubleUnaryOperator onNumbers, LongUnaryOperator onWhole) {
        Constant x = call.constant(0);
        few(x.length());
        return x.isWhole()
                ? Constant.whole(LongStream.of(x.whole()).map(onWhole).toArray(), x.name(), x.dims())
                : numbers(Arrays.stream(x.doubles()).map(onNumbers).toArray(), x, x.dims());
    }

    static Constant numbers(double[] values, Constant like, long... dims) {
        return values.length == 0
                ? Constant.whole(new long[0], like.name(), dims)
                : Constant.of(Tensors.of(type(like), values, dims), like.name());
    }

    private static DataType type(Constant like) {
        INDArray numbers = like.numbers();
        return numbers == null ? DataType.FLOAT : numbers.dataType();
    }

    static Constant binary(OnnxCall call, DoubleBinaryOperator onNumbers, LongBinaryOperator onWhole) {
        Constant result = binary(call.constant(0), call.constant(1), onNumbers, onWhole);
        for (int i = 2; i < call.inputs(); i++) {
            result = binary(result, call.constant(i), onNumbers, onWhole);
        }
        return result;
    }

    static Constant binary(Constant a, Constant b, DoubleBinaryOperator onNumbers, LongBinaryOperator onWhole) {
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

    static void requireNoBatch(Constant constant) {
        if (constant.hasBatch()) {
            some(Constant.BATCH);
        }
    }

    @FunctionalInterface
    interface Comparison {

        boolean holds(double a, double b);
    }

    static Constant truth(OnnxCall call, Comparison comparison) {
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

    static Constant where(OnnxCall call) {
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
            return Constant.whole(values, call.node().getOutput(0), dims);
        }
        double[] first = yes.doubles();
        double[] second = no.doubles();
        double[] values = new double[asked.length];
        Arrays.setAll(values, i -> truths[asked[i]] != 0 ? first[fromYes[i]] : second[fromNo[i]]);
        return numbers(values, yes, dims);
    }

    /** The dimensions of two tensors together: those of length 1 are repeated. */
    static long[] broadcast(long[] a, long[] b) {
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

    static long size(long... dims) {
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
    static int[] places(long[] own, long[] dims) {
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
    static Constant picked(Constant from, int[] places, long... dims) {
        if (from.isWhole()) {
            long[] all = from.whole();
            return Constant.whole(IntStream.of(places).mapToLong(i -> all[i]).toArray(), from.name(), dims);
        }
        double[] all = from.doubles();
        return numbers(IntStream.of(places).mapToDouble(i -> all[i]).toArray(), from, dims);
    }

    static Constant product(OnnxCall call) {
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
        return Constant.whole(new long[] {product}, call.node().getOutput(0), dims);
    }
}
