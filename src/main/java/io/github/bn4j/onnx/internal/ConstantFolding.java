package io.github.bn4j.onnx.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes what depends on constants only: the shapes and factors that exporters compute in the file. The number of examples, which the
 * network leaves open, goes through as {@link Constant#BATCH}, wherever it is only moved.
 */
final class ConstantFolding {

    private static final Map<String, Function<OnnxCall, Constant>> TABLE = Map.ofEntries(
            Map.entry("Identity", call -> call.constant(0)),
            Map.entry("Cast", ConstantFolding::cast),
            Map.entry(
                    "Size", call -> Constant.whole(new long[] {call.constant(0).length()}, name(call))),
            Map.entry("Shape", ConstantMoves::shape),
            Map.entry("Gather", ConstantMoves::gather),
            Map.entry("GatherND", ConstantMoves::gatherNd),
            Map.entry("Concat", ConstantMoves::concat),
            Map.entry("Unsqueeze", ConstantMoves::unsqueeze),
            Map.entry("Squeeze", ConstantMoves::squeeze),
            Map.entry("Reshape", ConstantMoves::reshape),
            Map.entry("Flatten", ConstantMoves::flatten),
            Map.entry("Transpose", ConstantMoves::transpose),
            Map.entry("Slice", ConstantMoves::slice),
            Map.entry("Expand", ConstantMoves::expand),
            Map.entry("ConstantOfShape", ConstantFolding::constantOfShape),
            Map.entry("Range", ConstantFolding::range),
            Map.entry("Where", ConstantArithmetic::where),
            Map.entry("ReduceProd", ConstantArithmetic::product),
            Map.entry(
                    "Add",
                    call -> ConstantArithmetic.binary(
                            call, (a, b) -> a + b, (a, b) -> ConstantArithmetic.batch(a, b, 0, a + b))),
            Map.entry(
                    "Sub",
                    call -> ConstantArithmetic.binary(
                            call, (a, b) -> a - b, (a, b) -> b == 0 ? a : ConstantArithmetic.batch(a, b, 0, a - b))),
            Map.entry(
                    "Mul",
                    call -> ConstantArithmetic.binary(
                            call, (a, b) -> a * b, (a, b) -> ConstantArithmetic.batch(a, b, 1, a * b))),
            Map.entry("Div", call -> ConstantArithmetic.binary(call, (a, b) -> a / b, ConstantArithmetic::quotient)),
            Map.entry(
                    "Mod",
                    call -> ConstantArithmetic.binary(
                            call,
                            (a, b) -> a - b * Math.floor(a / b),
                            (a, b) -> Math.floorMod(ConstantArithmetic.some(a), ConstantArithmetic.nonZero(b)))),
            Map.entry(
                    "Max",
                    call -> ConstantArithmetic.binary(
                            call,
                            Math::max,
                            (a, b) -> Math.max(ConstantArithmetic.some(a), ConstantArithmetic.some(b)))),
            Map.entry(
                    "Min",
                    call -> ConstantArithmetic.binary(
                            call,
                            Math::min,
                            (a, b) -> Math.min(ConstantArithmetic.some(a), ConstantArithmetic.some(b)))),
            Map.entry(
                    "Pow",
                    call -> ConstantArithmetic.binary(call, Math::pow, (a, b) ->
                            (long) Math.pow((double) ConstantArithmetic.some(a), (double) ConstantArithmetic.some(b)))),
            Map.entry("Equal", call -> ConstantArithmetic.truth(call, (a, b) -> a == b)),
            Map.entry("Greater", call -> ConstantArithmetic.truth(call, (a, b) -> a > b)),
            Map.entry("Less", call -> ConstantArithmetic.truth(call, (a, b) -> a < b)),
            Map.entry("And", call -> ConstantArithmetic.truth(call, (a, b) -> a != 0 && b != 0)),
            Map.entry("Or", call -> ConstantArithmetic.truth(call, (a, b) -> a != 0 || b != 0)),
            Map.entry("Not", call -> ConstantArithmetic.unary(call, a -> a == 0 ? 1 : 0, a -> a == 0 ? 1 : 0)),
            Map.entry("Neg", call -> ConstantArithmetic.unary(call, a -> -a, a -> -ConstantArithmetic.some(a))),
            Map.entry(
                    "Abs",
                    call -> ConstantArithmetic.unary(call, Math::abs, a -> Math.abs(ConstantArithmetic.some(a)))),
            Map.entry("Floor", call -> ConstantArithmetic.unary(call, Math::floor, a -> a)),
            Map.entry("Ceil", call -> ConstantArithmetic.unary(call, Math::ceil, a -> a)),
            Map.entry("Round", call -> ConstantArithmetic.unary(call, Math::rint, a -> a)),
            Map.entry(
                    "Sqrt",
                    call -> ConstantArithmetic.unary(
                            call, Math::sqrt, a -> (long) Math.sqrt((double) ConstantArithmetic.some(a)))),
            Map.entry(
                    "Exp",
                    call -> ConstantArithmetic.unary(
                            call, Math::exp, a -> (long) Math.exp((double) ConstantArithmetic.some(a)))),
            Map.entry(
                    "Log",
                    call -> ConstantArithmetic.unary(
                            call, Math::log, a -> (long) Math.log((double) ConstantArithmetic.some(a)))),
            Map.entry(
                    "Reciprocal",
                    call -> ConstantArithmetic.unary(call, a -> 1 / a, a -> 1 / ConstantArithmetic.nonZero(a))));

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

    private static Constant cast(OnnxCall call) {
        Constant x = call.constant(0);
        int to = (int) call.attributes().whole("to", 0);
        call.attributes().ignore("saturate", "round_mode");
        if (TensorReader.isFloating(to)) {
            if (!x.isWhole() || x.length() == 0) {
                DataType type = to == TensorProto.DataType.DOUBLE_VALUE ? DataType.DOUBLE : DataType.FLOAT;
                return x.isWhole() ? x : Constant.of(x.array(type), x.name());
            }
            ConstantArithmetic.requireNoBatch(x);
            return ConstantArithmetic.numbers(x.doubles(), x, x.dims());
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
        ConstantArithmetic.few(x.length());
        return x.isWhole()
                ? x
                : Constant.whole(
                        Arrays.stream(x.doubles())
                                .mapToLong(value -> (long) value)
                                .toArray(),
                        x.name(),
                        x.dims());
    }

    private static Constant constantOfShape(OnnxCall call) {
        long[] dims = OnnxCall.whole(call.constant(0)).clone();
        ConstantArithmetic.requireNoBatch(call.constant(0));
        long count = ConstantArithmetic.size(dims);
        Constant value = call.attributes()
                .tensor("value")
                .map(tensor -> call.names().reader().read(tensor, name(call)))
                .orElseGet(() -> Constant.of(Tensors.number(0).castTo(DataType.FLOAT), name(call)));
        if (value.length() != 1) {
            throw new NodeRefusal("expects one value but got " + value);
        }
        INDArray number = value.numbers();
        if (number == null || count == 0) {
            long[] values = new long[(int) ConstantArithmetic.few(count)];
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
        int count = (int) ConstantArithmetic.few((long) Math.max(0, Math.ceil((limit - start) / delta)));
        if (call.constant(0).isWhole()) {
            return Constant.whole(
                    IntStream.range(0, count)
                            .mapToLong(i -> (long) (start + i * delta))
                            .toArray(),
                    name(call),
                    count);
        }
        return ConstantArithmetic.numbers(
                IntStream.range(0, count).mapToDouble(i -> start + i * delta).toArray(), call.constant(0), count);
    }
}
