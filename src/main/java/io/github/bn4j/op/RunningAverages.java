package io.github.bn4j.op;

import io.github.bn4j.graph.Measured;
import io.github.bn4j.internal.Floats;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How the running averages of a batch normalisation follow what a step measured: {@code (1 − weight) old + weight new}. */
final class RunningAverages {

    private RunningAverages() {}

    /** Moves the state among {@code parameters}, those of a call of {@code op}. Modified. */
    static void update(BatchNormalization op, Measured measured, List<INDArray> parameters) {
        int mean = op.runningMean();
        double weight = op.cumulative() ? 1 / parameters.get(mean + 2).addi(1).getDouble(0) : op.newWeight();
        double n = measured.count();
        average(parameters.get(mean), measured.mean(), weight, 1);
        average(parameters.get(mean + 1), measured.variance(), weight, op.unbiased() ? n / (n - 1) : 1);
    }

    private static void average(INDArray state, INDArray value, double weight, double factor) {
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
}
