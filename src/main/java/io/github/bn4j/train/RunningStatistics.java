package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.op.BatchNormalization;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Commits what the batch normalisations of a step measured to their running averages. */
final class RunningStatistics {

    private RunningStatistics() {}

    static void commit(Parameters parameters, List<BatchStatistics> statistics) {
        for (BatchStatistics measured : statistics) {
            if (measured.node().op() instanceof BatchNormalization op && op.updateRunning()) {
                int mean = op.runningMean();
                double weight = op.cumulative() ? 1 / count(parameters, measured, mean + 2) : op.newWeight();
                double n = measured.count();
                average(parameters, measured, mean, measured.mean(), weight, 1);
                average(parameters, measured, mean + 1, measured.variance(), weight, op.unbiased() ? n / (n - 1) : 1);
            }
        }
    }

    private static double count(Parameters parameters, BatchStatistics measured, int index) {
        return state(parameters, measured, index).addi(1).getDouble(0);
    }

    private static void average(
            Parameters parameters, BatchStatistics measured, int index, INDArray value, double weight, double factor) {
        INDArray state = state(parameters, measured, index);
        if (Floats.areDense(state, value)) {
            average(Floats.of(state), Floats.of(value), (float) (1 - weight), (float) (weight * factor));
        } else {
            state.muli(1 - weight).addi(value.mul(weight * factor));
        }
    }

    private static void average(FloatBuffer state, FloatBuffer value, float kept, float weight) {
        for (int c = 0; c < state.limit(); c++) {
            state.put(c, kept * state.get(c) + weight * value.get(c));
        }
    }

    private static INDArray state(Parameters parameters, BatchStatistics measured, int index) {
        return parameters.get(measured.node().parameters().get(index).name());
    }
}
