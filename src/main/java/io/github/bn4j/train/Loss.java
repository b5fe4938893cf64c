package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What training makes small: one number per example, traced in terms of ops like a layer. */
@FunctionalInterface
public interface Loss extends Serializable {

    /**
     * Traces the loss of each example.
     *
     * @param scope applies ops
     * @param output an output of the network
     * @param target what it should have been
     * @return a value of shape {@code []}
     */
    Value trace(Scope scope, Value output, Value target);

    /**
     * Refuses targets that are out of the range that the loss is defined for; called before anything is trained.
     *
     * @param output shape of one example of the output
     * @param targets {@code [examples, …]}. Not modified.
     * @param data what to call the targets' data set in a message, such as {@code training data}
     * @throws IllegalArgumentException that names the row
     */
    default void check(Shape output, INDArray targets, String data) {}

    /**
     * What each example counts in the mean. The loss of a step is the sum of what {@link #trace} yields for its examples,
     * divided by the sum of these, also over batches that are accumulated and parts of a batch; a step in which they are all 0
     * is left out. By default each counts 1.
     *
     * @param output shape of one example of the output
     * @param targets {@code [examples, …]}, which {@link #check} has not refused. Not modified.
     * @return a number of at least 0 for each example; empty if each counts 1
     */
    default Optional<double[]> weights(Shape output, INDArray targets) {
        return Optional.empty();
    }

    /**
     * What a network that is trained with this loss is for, so that it is evaluated by it; the default does not say, and the
     * targets decide then.
     */
    default Optional<Task> task() {
        return Optional.empty();
    }

    /**
     * The class whose examples, or positions, it leaves out, so that a network that is trained with this loss is not judged by them
     * either; empty, as by default, if there is none.
     */
    default OptionalInt ignoredClass() {
        return OptionalInt.empty();
    }

    /** This loss for networks whose task is {@code task}. */
    default Loss forTask(Task task) {
        checkGiven(task, "forTask", "a Task");
        return new LossForTask(this, task);
    }

    /**
     * Softmax followed by cross-entropy, for logits {@code [classes]} and labels that are class numbers {@code []} or
     * distributions {@code [classes]}: shares of at least 0, which are 1 together up to 0.01 of rounding. The network ends with
     * the logits, without a softmax of its own.
     *
     * <p>Logits may also have positions, as in segmentation: {@code [classes, height, width]} against class numbers
     * {@code [height, width]}, and any other axes. The mean is that of all positions.
     */
    static SoftmaxCrossEntropyLoss softmaxCrossEntropy() {
        return SoftmaxCrossEntropyLoss.plain();
    }

    /**
     * Sigmoid followed by binary cross-entropy, for logits of any shape and targets from 0 to 1 shaped like them: each element is
     * a label that an example has or not, beside others (multi-label). The network ends with the logits. For one logit per example,
     * {@code [1]}, targets may be class numbers {@code [examples]}, 0 and 1.
     */
    static BinaryCrossEntropyLoss binaryCrossEntropy() {
        return new BinaryCrossEntropyLoss(List.of());
    }

    /**
     * Binary cross-entropy that makes little of what is right already (Lin et al. 2017), with γ = 2 and α = 0.25, for logits and
     * targets of 0 and 1 shaped like them.
     */
    static FocalLoss focal() {
        return new FocalLoss(2, OptionalDouble.of(0.25));
    }

    /**
     * Softmax cross-entropy that makes little of what is right already, with γ = 2: {@code −(1 − p)^γ ln p} for the probability
     * {@code p} of the wanted class, of logits {@code [classes, …]} and class numbers {@code […]}.
     */
    static MultiClassFocalLoss multiClassFocal() {
        return new MultiClassFocalLoss(2);
    }

    /** The mean of the squared differences over the elements of an example; targets are shaped like the output. */
    static Loss meanSquaredError() {
        return new MeanSquaredErrorLoss();
    }

    /**
     * The mean of the sizes of the differences over the elements of an example, which outliers move less than their squares
     * would; targets are shaped like the output.
     */
    static Loss meanAbsoluteError() {
        return new MeanAbsoluteErrorLoss();
    }

    /**
     * The mean of {@code e² / 2} for differences {@code e} up to δ and {@code δ (|e| − δ / 2)} beyond, over the elements of an
     * example; targets are shaped like the output. PyTorch's SmoothL1Loss with β is this with δ = β, divided by β.
     *
     * @param delta where squares end, more than 0; 1 is usual
     */
    static Loss huber(double delta) {
        return new HuberLoss(delta);
    }

    /** The mean of {@code ln cosh e} over the differences {@code e} of an example; targets are shaped like the output. */
    static Loss logCosh() {
        return new LogCoshLoss();
    }

    /** The mean of {@code max(1 − t x, 0)} over the elements of an example, for targets {@code t} of −1 and 1 shaped like the output. */
    static Loss hinge() {
        return new HingeLoss();
    }

    /**
     * For scores {@code [classes]} and class numbers {@code []}, the sum of {@code max(1 − x_y + x_k, 0)} over all other classes
     * {@code k}, divided by the number of classes: PyTorch's MultiMarginLoss.
     */
    static Loss multiClassHinge() {
        return new MultiClassHingeLoss();
    }

    /**
     * {@code Σ_k p_k (ln p_k − ln softmax_k)}, for logits {@code [classes, …]} and distributions {@code p} shaped like them, such as
     * another network's; the mean over positions. Unlike PyTorch's KLDivLoss it takes logits, and the mean is that of whole
     * divergences ({@code batchmean}).
     */
    static Loss klDivergence() {
        return new KlDivergenceLoss();
    }

    /**
     * Embeddings of an anchor, something of its kind and something of another, as one output {@code [3, width]}: the positive
     * should be nearer than the negative by a margin of 1. The targets are not looked at.
     */
    static TripletLoss triplet() {
        return new TripletLoss(1, false);
    }

    /**
     * Embeddings of a pair, as one output {@code [2, width]}, and targets {@code []}: 1 for the same kind, which should be near, 0
     * for different ones, which should be at least a margin of 1 apart.
     */
    static ContrastiveLoss contrastive() {
        return new ContrastiveLoss(1);
    }
}
