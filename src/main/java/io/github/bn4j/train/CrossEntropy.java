package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Distributions;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The loss of {@link Loss#softmaxCrossEntropy}. */
record CrossEntropy() implements Loss {

    private static final int QUOTED = 10;

    @Override
    public Value trace(Scope scope, Value output, Value target) {
        return scope.apply(new SoftmaxCrossEntropy(), output, target);
    }

    @Override
    public void check(Shape output, INDArray targets, String data) {
        checkArgument(
                output.dim(0) > 1,
                "softmaxCrossEntropy expects one output per class, at least two, but got %s; end the network with an output per"
                        + " class",
                output);
        if (targets.rank() == 2) {
            Distributions.firstOther(targets).ifPresent(row -> refuse(targets, row, data));
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

    private static void refuse(INDArray targets, int row, String data) {
        double[] shares = Floats.values(targets.get(NDArrayIndex.point(row), NDArrayIndex.all()));
        String shown =
                Arrays.stream(shares).limit(QUOTED).mapToObj(Double::toString).collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "softmaxCrossEntropy expects distributions, shares of at least 0 that are 1 together, but got [" + shown
                        + (shares.length > QUOTED ? ", …" : "") + "] in row " + row + " of the " + data
                        + "; divide each row by its sum, or use meanSquaredError for other numbers");
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
