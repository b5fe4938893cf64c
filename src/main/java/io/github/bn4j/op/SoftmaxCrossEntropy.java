package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Distributions;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Softmax and cross-entropy in one, for stability, at every position of {@code logits [classes, …]}:
 * {@code −Σ_k target_k log softmax(logits)_k}, in which classes of {@code target_k = 0} do not count, whatever their logit. The
 * target is a class number at each position, {@code […]}, or a weight for each class, {@code [classes, …]}, such as a
 * distribution.
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
        if (logits.rank() < 1) {
            throw ShapeException.expected("logits [classes, …]", logits, "end the network with an output per class");
        }
        Shape positions = positions(logits);
        if (!target.equals(positions) && !target.equals(logits)) {
            throw ShapeException.expected(
                    "labels as class numbers " + positions + " or distributions " + logits + " per example",
                    target,
                    advice(logits, positions, target));
        }
        return positions;
    }

    private static Shape positions(Shape logits) {
        return Shape.of(Arrays.copyOfRange(logits.dims(), 1, logits.rank()));
    }

    private static String advice(Shape logits, Shape positions, Shape target) {
        if (logits.rank() > 1 && target.size() == 1) {
            return "end the network with a Dense layer, or give a class number to each position";
        }
        return target.size() == positions.size()
                ? "reshape class numbers to "
                        + Arrays.toString(positions.batched(0)).replace("[0", "[examples")
                : "give the network one output per class";
    }

    @Override
    public INDArray forward(Call call) {
        INDArray logits = call.input(0);
        INDArray logSoftmax = logits.sub(logits.max(true, 1));
        logSoftmax.subi(Transforms.log(Transforms.exp(logSoftmax, true).sum(true, 1), false));
        INDArray target = distribution(call);
        call.keep(logSoftmax, target);
        double[] logarithms = Floats.values(logSoftmax);
        double[] weights = Floats.values(target);
        int classes = (int) logits.size(1);
        int positions = logarithms.length / (int) logits.size(0) / classes;
        double[] losses = new double[logarithms.length / classes];
        for (int i = 0; i < logarithms.length; i++) {
            // A logit of −∞ is a class that cannot be: it costs nothing where it is not wanted.
            if (weights[i] != 0) {
                losses[i / (classes * positions) * positions + i % positions] -= weights[i] * logarithms[i];
            }
        }
        return Tensors.of(logits.dataType(), losses, call.outputShape().batched(call.batch()));
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        INDArray logSoftmax = call.kept(0);
        INDArray target = call.kept(1);
        long[] dims = logSoftmax.shape().clone();
        dims[1] = 1;
        INDArray each = dy.reshape('c', dims);
        INDArray dLogits = Transforms.exp(logSoftmax, true)
                .mul(target.sum(true, 1))
                .subi(target)
                .mul(each);
        INDArray dTarget = isDistribution(call) ? logSoftmax.mul(each).negi() : Nd4j.zerosLike(call.input(1));
        return Gradients.of(dLogits, dTarget);
    }

    private static boolean isDistribution(Call call) {
        return call.input(1).rank() == call.input(0).rank();
    }

    private static INDArray distribution(Call call) {
        INDArray logits = call.input(0);
        if (isDistribution(call)) {
            return call.input(1);
        }
        double[] numbers = Floats.values(call.input(1));
        long classes = logits.size(1);
        int positions = numbers.length / (int) logits.size(0);
        for (int i = 0; i < numbers.length; i++) {
            checkArgument(
                    Distributions.isClass(numbers[i], classes),
                    "SoftmaxCrossEntropy expects labels as whole numbers from 0 to %s but got %s in row %s of the batch;"
                            + " give the network one output per class",
                    classes - 1,
                    numbers[i],
                    i / positions);
        }
        return Distributions.oneHot(call.input(1), (int) classes, logits.dataType());
    }
}
