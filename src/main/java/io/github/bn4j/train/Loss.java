package io.github.bn4j.train;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.SquaredError;

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
     * Softmax followed by cross-entropy, for logits {@code [classes]} and labels that are class numbers {@code []} or
     * distributions {@code [classes]}. The network ends with the logits, without a softmax of its own.
     */
    static Loss softmaxCrossEntropy() {
        return (scope, output, target) -> scope.apply(new SoftmaxCrossEntropy(), output, target);
    }

    /** The mean of the squared differences over the elements of an example; targets are shaped like the output. */
    static Loss meanSquaredError() {
        return (scope, output, target) -> scope.apply(new SquaredError(), output, target);
    }
}
