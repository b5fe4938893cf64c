package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Op;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Convolution;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.GlobalAveragePooling;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Masking;
import io.github.bn4j.op.MatrixMultiply;
import io.github.bn4j.op.MatrixProduct;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.TransposedConvolution;
import io.github.bn4j.op.Transposition;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Map;
import java.util.Set;

/** Which ops have a lowering of their own; all others, those of strangers too, run as reference arithmetic. */
final class Lowerings {

    private static final Map<Class<? extends Op>, Lowering> TABLE = Map.ofEntries(
            Map.entry(Addition.class, Arithmetic::addition),
            Map.entry(AveragePooling.class, Poolings::average),
            Map.entry(BatchNormalization.class, BatchNormalizations::lower),
            Map.entry(Concatenation.class, Concatenations::lower),
            Map.entry(Convolution.class, Convolutions::lower),
            Map.entry(Elementwise.class, ElementwiseFunctions::lower),
            Map.entry(GlobalAveragePooling.class, Poolings::global),
            Map.entry(LogSoftmax.class, Softmaxes::logarithm),
            Map.entry(Masking.class, Masks::lower),
            Map.entry(MatrixMultiply.class, MatrixMultiplications::lower),
            Map.entry(MatrixProduct.class, MatrixProducts::lower),
            Map.entry(MaxPooling.class, Poolings::max),
            Map.entry(Multiplication.class, Arithmetic::multiplication),
            Map.entry(Reshaping.class, Reshapings::lower),
            Map.entry(Softmax.class, Softmaxes::softmax),
            Map.entry(SoftmaxCrossEntropy.class, Losses::crossEntropy),
            Map.entry(MeanSquaredError.class, Losses::meanSquaredError),
            Map.entry(Subtraction.class, Arithmetic::subtraction),
            Map.entry(TransposedConvolution.class, Convolutions::transposed),
            Map.entry(Transposition.class, Transpositions::lower));

    /** Those whose primitive adds a bias as well. */
    private static final Set<Class<? extends Op>> LINEAR =
            Set.of(Convolution.class, MatrixMultiply.class, TransposedConvolution.class);

    private static final Op RELU = new Elementwise(StandardFunction.RELU);

    private Lowerings() {}

    static boolean takesBias(Op op) {
        return LINEAR.contains(op.getClass());
    }

    /** Whether the primitive of a call can apply a ReLU to what it yields. */
    static boolean takesRelu(Node node, boolean training) {
        Class<?> op = node.op().getClass();
        return op == BatchNormalization.class
                || (op == Addition.class
                        && PostOperations.areSafeOnSums(node.output().shape()))
                || (takesBias(node.op()) && !training);
    }

    static boolean isRelu(Op op) {
        return op.equals(RELU);
    }

    static Lowering of(Op op) {
        return TABLE.getOrDefault(op.getClass(), Reference.LOWERING);
    }
}
