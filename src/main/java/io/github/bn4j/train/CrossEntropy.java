package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The loss of {@link Loss#softmaxCrossEntropy}. */
record CrossEntropy() implements Loss {

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return scope.apply(new SoftmaxCrossEntropy(), output, target);
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        if (targets.rank() != 1) {
            return;
        }
        double[] labels = targets.data().asDouble();
        for (int row = 0; row < labels.length; row++) {
            checkArgument(
                    labels[row] >= 0 && labels[row] < output.dim(0) && labels[row] == Math.rint(labels[row]),
                    "softmaxCrossEntropy expects labels as whole numbers from 0 to %s but got %s in row %s of the %s;"
                            + " give the network one output per class",
                    output.dim(0) - 1,
                    labels[row],
                    row,
                    data);
        }
    }

    @Override
    public Optional<Task> task() {
        return Optional.of(Task.CLASSIFICATION);
    }

    @Override
    public String toString() {
        return "softmaxCrossEntropy";
    }
}
