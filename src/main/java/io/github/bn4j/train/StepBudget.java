package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.internal.Tensors;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Ends a {@code fit} after a number of steps. */
final class StepBudget implements TrainingListener {

    private static final String TAKEN = "taken";

    private final long most;
    private long taken;

    StepBudget(long most) {
        this.most = most;
    }

    @Override
    public void onStep(StepEvent step) {
        taken++;
        if (taken >= most) {
            step.run().stop("maxSteps(" + most + ")");
        }
    }

    /** The next {@code fit} has all of it. */
    @Override
    public void onEnd(EndEvent end) {
        taken = 0;
    }

    @Override
    public String name() {
        return "maxSteps";
    }

    @Override
    public Map<String, INDArray> state() {
        return Map.of(TAKEN, Tensors.number((double) taken));
    }

    @Override
    public void restore(Map<String, INDArray> state) {
        taken = requireNonNull(state.get(TAKEN)).getLong(0);
    }
}
