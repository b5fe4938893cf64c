package io.github.bn4j.onnx.internal;

import static io.github.bn4j.onnx.internal.NodeReader.single;

import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each operator of ONNX becomes. */
final class NodeReaders {

    private static final Map<String, NodeReader> TABLE = Map.ofEntries(
            Map.entry("Abs", FunctionReaders.standard(StandardFunction.ABS)),
            Map.entry("Add", single(ArithmeticReaders::sum)),
            Map.entry("AveragePool", single(PoolReaders::average)),
            Map.entry("BatchNormalization", BatchNormReader::batch),
            Map.entry("Cast", single(FunctionReaders::cast)),
            Map.entry("Celu", single(FunctionReaders::celu)),
            Map.entry("Clip", single(FunctionReaders::clip)),
            Map.entry("Concat", single(ShapeReaders::concat)),
            Map.entry("Conv", single(LinearReaders::convolution)),
            Map.entry("ConvTranspose", single(LinearReaders::transposedConvolution)),
            Map.entry("Cos", FunctionReaders.standard(StandardFunction.COS)),
            Map.entry("DepthToSpace", single(ShapeReaders::depthToSpace)),
            Map.entry("Div", single(ArithmeticReaders::quotient)),
            Map.entry("Dropout", FunctionReaders::dropout),
            Map.entry("Elu", single(FunctionReaders::elu)),
            Map.entry("Equal", single(ArithmeticReaders::equal)),
            Map.entry("Erf", FunctionReaders.standard(StandardFunction.ERF)),
            Map.entry("Exp", FunctionReaders.standard(StandardFunction.EXP)),
            Map.entry("Expand", single(ShapeReaders::expand)),
            Map.entry("Flatten", single(ShapeReaders::flatten)),
            Map.entry("Gather", single(ShapeReaders::gather)),
            Map.entry("Gelu", single(FunctionReaders::gelu)),
            Map.entry("Gemm", single(LinearReaders::gemm)),
            Map.entry("GlobalAveragePool", single(PoolReaders::globalAverage)),
            Map.entry("GlobalMaxPool", single(PoolReaders::globalMax)),
            Map.entry("GroupNormalization", single(NormReaders::group)),
            Map.entry("HardSigmoid", single(FunctionReaders::hardSigmoid)),
            Map.entry("HardSwish", FunctionReaders.standard(StandardFunction.HARD_SWISH)),
            Map.entry("Identity", single(FunctionReaders::identity)),
            Map.entry("InstanceNormalization", single(NormReaders::instance)),
            Map.entry("LRN", single(NormReaders::localResponse)),
            Map.entry("LayerNormalization", single(NormReaders::layer)),
            Map.entry("LeakyRelu", single(FunctionReaders::leakyRelu)),
            Map.entry("Log", FunctionReaders.standard(StandardFunction.LOG)),
            Map.entry("LogSoftmax", single(call -> ReductionReaders.softmax(call, true))),
            Map.entry("MatMul", single(LinearReaders::matrixProduct)),
            Map.entry("Max", single(call -> ArithmeticReaders.extreme(call, true))),
            Map.entry("MaxPool", PoolReaders::max),
            Map.entry("Mean", single(ArithmeticReaders::meanOfAll)),
            Map.entry("Min", single(call -> ArithmeticReaders.extreme(call, false))),
            Map.entry("Mish", single(FunctionReaders::mish)),
            Map.entry("Mul", single(ArithmeticReaders::product)),
            Map.entry("Neg", single(call -> FunctionReaders.apply(call, new Line(-1, 0)))),
            Map.entry("PRelu", single(FunctionReaders::prelu)),
            Map.entry("Pad", single(PadReader::pad)),
            Map.entry("Pow", single(FunctionReaders::power)),
            Map.entry("Reciprocal", FunctionReaders.standard(StandardFunction.RECIPROCAL)),
            Map.entry("ReduceMax", single(call -> ReductionReaders.reduction(call, Reduction.Kind.MAX))),
            Map.entry("ReduceMean", single(call -> ReductionReaders.reduction(call, Reduction.Kind.MEAN))),
            Map.entry("ReduceSum", single(call -> ReductionReaders.reduction(call, Reduction.Kind.SUM))),
            Map.entry("Relu", single(FunctionReaders::relu)),
            Map.entry("Reshape", single(ShapeReaders::reshape)),
            Map.entry("Resize", single(ResizeReaders::resize)),
            Map.entry("Selu", single(FunctionReaders::selu)),
            Map.entry("Shape", single(ShapeReaders::shape)),
            Map.entry("Sigmoid", FunctionReaders.standard(StandardFunction.SIGMOID)),
            Map.entry("Sign", FunctionReaders.standard(StandardFunction.SIGN)),
            Map.entry("Sin", FunctionReaders.standard(StandardFunction.SIN)),
            Map.entry("Slice", single(ShapeReaders::slice)),
            Map.entry("Softmax", single(call -> ReductionReaders.softmax(call, false))),
            Map.entry("Softplus", FunctionReaders.standard(StandardFunction.SOFTPLUS)),
            Map.entry("Softsign", single(FunctionReaders::softsign)),
            Map.entry("SpaceToDepth", single(ShapeReaders::spaceToDepth)),
            Map.entry("Split", ShapeReaders::split),
            Map.entry("Sqrt", FunctionReaders.standard(StandardFunction.SQRT)),
            Map.entry("Squeeze", single(ShapeReaders::squeeze)),
            Map.entry("Sub", single(ArithmeticReaders::difference)),
            Map.entry("Sum", single(ArithmeticReaders::sumOfAll)),
            Map.entry("Swish", single(FunctionReaders::swish)),
            Map.entry("Tanh", FunctionReaders.standard(StandardFunction.TANH)),
            Map.entry("ThresholdedRelu", single(FunctionReaders::thresholdedRelu)),
            Map.entry("Transpose", single(ShapeReaders::transpose)),
            Map.entry("Unsqueeze", single(ShapeReaders::unsqueeze)),
            Map.entry("Upsample", single(ResizeReaders::resize)));

    private NodeReaders() {}

    /** How an operator is read; null if no network has it. */
    static @Nullable NodeReader of(String operator) {
        return TABLE.get(operator);
    }

    /** The operators that are read. */
    static Set<String> operators() {
        return TABLE.keySet();
    }
}
