package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.op.BatchNormalization;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Commits what the batch normalisations of a step measured to their running averages. */
final class RunningStatistics {

    private RunningStatistics() {}

    static void commit(Parameters parameters, List<BatchStatistics> statistics) {
        for (BatchStatistics measured : statistics) {
            if (measured.node().op() instanceof BatchNormalization op && op.updateRunning()) {
                int mean = op.runningMean();
                double unbias = op.unbiased() ? measured.count() / (measured.count() - 1.0) : 1;
                average(parameters, measured, mean, measured.mean(), op.newWeight(), 1);
                average(parameters, measured, mean + 1, measured.variance(), op.newWeight(), unbias);
            }
        }
    }

    private static void average(
            Parameters parameters, BatchStatistics measured, int index, INDArray value, double weight, double factor) {
        INDArray running =
                parameters.get(measured.node().parameters().get(index).name());
        running.muli(1 - weight).addi(value.mul(weight * factor));
    }
}
