package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One {@code fit} that is under way, as its {@linkplain TrainingListener listeners} see it. */
public final class TrainingRun {

    private final Model model;
    private final Dataset data;
    private final TrainingState state;
    private final int epochs;
    private final int stepsPerEpoch;
    private final long steps;
    private final long seed;
    private final List<String> notices;
    private final @Nullable SavedTraining from;
    private final Thread thread = Thread.currentThread();
    private final AtomicReference<String> stopped = new AtomicReference<>();
    private volatile boolean isDecided;
    private long taken;
    private int epoch;

    /**
     * A run of the thread that makes it.
     *
     * @param from what it goes on from; null if it begins
     */
    TrainingRun(
            Model model,
            Dataset data,
            TrainingState state,
            Settings settings,
            int stepsPerEpoch,
            long seed,
            @Nullable SavedTraining from) {
        this.model = model;
        this.data = data;
        this.state = state;
        this.epochs = settings.epochs;
        this.notices = settings.notices;
        this.stepsPerEpoch = stepsPerEpoch;
        this.steps = Math.min(all(), settings.maxSteps);
        this.seed = seed;
        this.from = from;
        taken = (long) state.passes() * stepsPerEpoch + state.stepsUnderWay();
        epoch = state.epoch();
    }

    /** Counts steps that others have taken, up to where the state is. */
    void follow(long steps) {
        taken += steps;
        epoch = state.epoch();
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

    /** The number of all steps of this {@code fit}, if nothing but {@link Trainer#maxSteps} ends it before its last epoch. */
    public long steps() {
        return steps;
    }

    /** The number of steps that this {@code fit} has taken so far, those before it was {@linkplain Trainer#resume resumed} included. */
    public long taken() {
        return taken;
    }

    /** The number of its last step in the training, as {@link StepEvent#number} has it; 0 before the first. */
    public long number() {
        return state.steps();
    }

    private long all() {
        return (long) epochs * stepsPerEpoch;
    }

    /** Counts a step of an epoch; returns its number in that, from 1. */
    int take(int number) {
        epoch = number;
        taken++;
        return inEpoch();
    }

    private int inEpoch() {
        return (int) ((taken - 1) % stepsPerEpoch) + 1;
    }

    /** What a schedule is told before the next step. */
    TrainingProgress progress(History finished) {
        return new TrainingProgress(taken, steps, (int) (taken / stepsPerEpoch), epochs, finished);
    }

    /** Where and why it ends before its last epoch does; empty if it does not. */
    Optional<String> endedEarly() {
        return stopped().filter(reason -> taken < all()).map(reason -> where() + ": " + reason);
    }

    private String where() {
        if (taken == 0) {
            return "before the first step";
        }
        int step = inEpoch();
        return step == stepsPerEpoch
                ? "after epoch " + epoch
                : "in epoch " + epoch + ", after " + step + " of " + stepsPerEpoch + " steps";
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
        checkReason(reason);
        if (stopped.compareAndSet(null, reason)) {
            isDecided = Thread.currentThread().equals(thread);
        }
    }

    /** Ends it because somebody interrupted its thread, or because it goes on elsewhere. */
    void cut() {
        stopped.compareAndSet(
                null, thread.isInterrupted() ? "the thread was interrupted" : "it goes on in another process");
    }

    static void checkReason(String reason) {
        checkGiven(reason, "stop", "a reason");
        checkArgument(!reason.isBlank(), "stop expects a reason but got none; say it, the history tells it");
    }

    /** Why this {@code fit} ends before its last epoch; empty if it does not. */
    public Optional<String> stopped() {
        return Optional.ofNullable(stopped.get());
    }

    /** Why a listener ended it; null if none did, or if that came from outside, which is no end of the training but of the process. */
    @Nullable
    String decided() {
        return isDecided ? stopped.get() : null;
    }

    /** What is to be known before the first step, in lines for people: a loss that nobody has said, and what a checkpoint says that this goes on from. */
    public List<String> notices() {
        List<String> all = new ArrayList<>(notices);
        if (from != null) {
            all.addAll(from.notices(Provenance.now(model.engine())));
        }
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return "TrainingRun[epochs " + epochs + ", " + stepsPerEpoch + " steps each, seed " + seed + "]";
    }
}
