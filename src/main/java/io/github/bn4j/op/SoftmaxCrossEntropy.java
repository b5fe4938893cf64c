package io.github.bn4j.op;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Softmax and cross-entropy in one, for stability: {@code −Σ_k target_k log softmax(logits)_k} of {@code logits [classes]}
 * and {@code target}, either a class number {@code []} or a distribution {@code [classes]}.
 *
 * <p>The logarithm of the softmax is computed as {@code z − max z − log Σ e^(z − max z)}, and the gradient by the logits
 * is {@code softmax(logits) Σ target − target} (Goodfellow et al. 2016, Deep Learning, section 6.2.2.3).
 */
public record SoftmaxCrossEntropy() implements Op {

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(2));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape logits = inputs.get(0);
        Shape target = inputs.get(1);
        if (logits.rank() != 1) {
            throw ShapeException.expected("logits [classes]", logits, "end the network with a Dense layer");
        }
        if (target.rank() != 0 && !target.equals(logits)) {
            throw ShapeException.expected(
                    "labels as class numbers [] or distributions " + logits + " per example",
                    target,
                    target.size() == 1
                            ? "reshape class numbers to [examples]"
                            : "give the network one output per class");
        }
        return Shape.of();
    }

    @Override
    public INDArray forward(Call call) {
        INDArray logits = call.input(0);
        INDArray shifted = logits.sub(logits.max(true, 1));
        INDArray logSum = Transforms.log(Transforms.exp(shifted, true).sum(true, 1), false);
        INDArray logSoftmax = shifted.sub(logSum);
        INDArray target = distribution(call.input(1), logits);
        call.keep(logSoftmax, target);
        return logSoftmax.mul(target).sum(1).negi();
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray logSoftmax = call.kept(0);
        INDArray target = call.kept(1);
        INDArray column = dy.reshape('c', dy.length(), 1);
        INDArray dLogits = Transforms.exp(logSoftmax, true)
                .mul(target.sum(true, 1))
                .subi(target)
                .mul(column);
        INDArray dTarget = call.input(1).rank() == 1
                ? Nd4j.zerosLike(call.input(1))
                : logSoftmax.mul(column).negi();
        return Gradients.of(dLogits, dTarget);
    }

    private static INDArray distribution(INDArray target, INDArray logits) {
        if (target.rank() == 2) {
            return target;
        }
        INDArray oneHot = Nd4j.zerosLike(logits);
        double[] classes = target.dup('c').data().asDouble();
        long count = logits.size(1);
        for (int row = 0; row < classes.length; row++) {
            int label = (int) classes[row];
            if (label != classes[row] || label < 0 || label >= count) {
                throw new IllegalArgumentException("SoftmaxCrossEntropy expects labels as whole numbers from 0 to "
                        + (count - 1) + " but got " + classes[row] + " in row " + row
                        + " of the batch; give the network one output per class");
            }
            oneHot.putScalar(row, label, 1.0);
        }
        return oneHot;
    }
}
