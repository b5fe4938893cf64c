package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Moments;
import java.nio.FloatBuffer;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the running averages of a normalisation follow what training steps measure: {@code (1 − newWeight) old + newWeight new}.
 * They are state of the op: {@link #MEAN}, {@link #VARIANCE} and, where all values weigh alike, {@link #COUNT}.
 *
 * @param newWeight weight of the new value, from 0 to 1; 0 weighs all values alike, which needs their number
 * @param unbiased whether the variance averages {@code n / (n − 1)} times the biased variance of the batch; with weights,
 *     {@code n = Σ w}, as for values that occur {@code w} times, which has to be above 1
 * @param update whether training moves them
 */
public record RunningAverages(double newWeight, boolean unbiased, boolean update) {

    /** Name of the mean of each channel. */
    public static final String MEAN = "runningMean";

    /** Name of the variance of each channel. */
    public static final String VARIANCE = "runningVariance";

    /** Name of the number of updates, {@code [1]}. */
    public static final String COUNT = "count";

    /** Refuses a weight that is not from 0 to 1. */
    public RunningAverages {
        checkArgument(
                newWeight >= 0 && newWeight <= 1,
                "BatchNormalization expects a running-average weight from 0 to 1 but got %s",
                newWeight);
    }

    /** Moved by training, or left alone. */
    public RunningAverages update(boolean changed) {
        return new RunningAverages(newWeight, unbiased, changed);
    }

    /** Whether all values weigh alike. */
    public boolean cumulative() {
        return newWeight == 0;
    }

    /** What the state is called, in order. */
    public String[] names() {
        return cumulative() ? new String[] {MEAN, VARIANCE, COUNT} : new String[] {MEAN, VARIANCE};
    }

    /**
     * Moves the averages by what a training step measured.
     *
     * @param parameters of the call, by name. Its state is modified.
     */
    public void move(Measured measured, Map<String, INDArray> parameters) {
        if (update) {
            double weight = cumulative() ? 1 / state(parameters, COUNT).addi(1).getDouble(0) : newWeight;
            average(state(parameters, MEAN), measured.mean(), weight, 1);
            average(state(parameters, VARIANCE), measured.variance(), weight, factor(measured));
        }
    }

    /**
     * Makes what was measured on a whole data set the averages.
     *
     * @param parameters of the call, by name. Its state is modified.
     */
    public void replace(Measured measured, Map<String, INDArray> parameters) {
        state(parameters, MEAN).assign(measured.mean());
        state(parameters, VARIANCE).assign(measured.variance().mul(factor(measured)));
        if (cumulative()) {
            // They stand for at least one batch, or the next one would replace them.
            INDArray updates = state(parameters, COUNT);
            updates.assign(Math.max(1, updates.getDouble(0)));
        }
    }

    private double factor(Measured measured) {
        return unbiased ? Moments.unbiased(measured.count()) : 1;
    }

    private static INDArray state(Map<String, INDArray> parameters, String name) {
        return checkPresent(
                parameters.get(name),
                "running averages expect an op with state \"%s\" but got parameters %s; declare it in Op.operands()",
                name,
                parameters.keySet());
    }

    private static void average(INDArray state, INDArray value, double weight, double factor) {
        if (Floats.areDense(state, value)) {
            average(HostMemory.floats(state), HostMemory.floats(value), (float) (1 - weight), (float)
                    (weight * factor));
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
