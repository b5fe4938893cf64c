package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameters;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One {@code fit} that is under way, as its {@linkplain TrainingListener listeners} see it. */
public final class TrainingRun {

    private final Model model;
    private final Dataset data;
    private final TrainingState state;
    private final int epochs;
    private final int stepsPerEpoch;
    private final long seed;
    private final AtomicReference<String> stopped = new AtomicReference<>();

    TrainingRun(Model model, Dataset data, TrainingState state, int epochs, int stepsPerEpoch, long seed) {
        this.model = model;
        this.data = data;
        this.state = state;
        this.epochs = epochs;
        this.stepsPerEpoch = stepsPerEpoch;
        this.seed = seed;
    }

    /** The network that is trained. */
    public Model model() {
        return model;
    }

    /** Its parameters, as views: what the steps change. */
    public Parameters parameters() {
        return model.parameters();
    }

    /** What it is trained on. */
    public Dataset data() {
        return data;
    }

    /** The number of passes over the data in this {@code fit}, if nothing ends it before. */
    public int epochs() {
        return epochs;
    }

    /** The number of steps in each of them. */
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    /** The seed of order, random masks and augmentation. */
    public long seed() {
        return seed;
    }

    /** The epochs of the training so far, those of earlier fits included. */
    public History history() {
        return state.history();
    }

    /**
     * Ends this {@code fit} after the step that is under way. An epoch that has had a step by then is over, and judged as every epoch is.
     * May be called by any thread.
     *
     * @param reason why, as a part of a sentence, such as {@code "the loss is below 0.1"}. The first one holds.
     */
    public void stop(String reason) {
        checkArgument(
                reason != null && !reason.isBlank(),
                "stop expects a reason but got %s; say it, the history tells it",
                reason == null ? "null" : "none");
        stopped.compareAndSet(null, reason);
    }

    /** Why this {@code fit} ends before its last epoch; empty if it does not. */
    public Optional<String> stopped() {
        return Optional.ofNullable(stopped.get());
    }

    @Override
    public String toString() {
        return "TrainingRun[epochs " + epochs + ", " + stepsPerEpoch + " steps each, seed " + seed + "]";
    }
}
