package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What training makes small: one number per example, traced in terms of ops like a layer. */
@FunctionalInterface
public interface Loss {

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
     * What a network that is trained with this loss is for, so that it is evaluated by it; the default does not say, and the
     * targets decide then.
     */
    default Optional<Task> task() {
        return Optional.empty();
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
     */
    static Loss softmaxCrossEntropy() {
        return new CrossEntropy();
    }

    /** The mean of the squared differences over the elements of an example; targets are shaped like the output. */
    static Loss meanSquaredError() {
        return new MeanSquaredErrorLoss();
    }
}
