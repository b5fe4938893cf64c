package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.internal.Tensors;
import java.time.Duration;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Ends a {@code fit} after some time. */
final class TimeBudget implements TrainingListener {

    private static final String SECONDS = "seconds";

    private final Duration most;
    private double before;
    private long begun;
    private boolean runs;

    TimeBudget(Duration most) {
        this.most = most;
    }

    @Override
    public void onStart(TrainingRun run) {
        begun = System.nanoTime();
        runs = true;
    }

    @Override
    public void onStep(StepEvent step) {
        look(step.run());
    }

    @Override
    public void onEpoch(EpochEvent epoch) {
        look(epoch.run());
    }

    private void look(TrainingRun run) {
        if (used() >= most.getSeconds() + most.getNano() / 1e9) {
            run.stop("maxTime(" + most + ")");
        }
    }

    private double used() {
        return before + (System.nanoTime() - begun) / 1e9;
    }

    /** The next {@code fit} has all of it. */
    @Override
    public void onEnd(EndEvent end) {
        before = 0;
        runs = false;
    }

    @Override
    public String name() {
        return "maxTime";
    }

    @Override
    public Map<String, INDArray> state() {
        return Map.of(SECONDS, Tensors.number(runs ? used() : 0));
    }

    @Override
    public void restore(Map<String, INDArray> state) {
        before = requireNonNull(state.get(SECONDS)).getDouble(0);
    }
}
