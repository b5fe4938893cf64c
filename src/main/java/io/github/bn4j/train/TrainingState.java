package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far a training has come: what the trainers that were made of one another share, so that the next {@code fit} goes on. For
 * the thread that trains, but for {@link #stop}.
 */
final class TrainingState {

    /* Order, masks and augmentation are functions of a seed and of these counters, so nothing else has to be kept for them. */

    private static final long NOT_BEGUN = -1;

    private final TrainingMemory memory;
    private final List<Epoch> history = new ArrayList<>();
    private long number = NOT_BEGUN;
    private int before;
    private RunLimits limits = new RunLimits(1, Long.MAX_VALUE, Optional.empty());
    private int epoch;
    private @Nullable EpochSoFar underWay;
    private long entered;
    private long steps;
    private long runs;
    private Optional<String> endedEarly = Optional.empty();
    private volatile @Nullable TrainingRun run;
    private @Nullable OptimizerState optimizer;
    private final Map<String, Map<String, INDArray>> remembered = new LinkedHashMap<>();
    private final Map<String, Metric> metrics = new LinkedHashMap<>();
    private @Nullable Path checkpoint;

    TrainingState(TrainingMemory memory) {
        this.memory = memory;
    }

    /**
     * The seed of this training: that of the network for its first training, another one for each later training.
     *
     * @param seed that of the network
     */
    long seed(long seed) {
        return seed(seed, number == NOT_BEGUN ? memory.trainings() : number);
    }

    /** The seed of the training of a number from 0. */
    static long seed(long seed, long trainings) {
        return trainings == 0 ? seed : new SplittableRandom(seed + 0xD1B54A32D192ED03L * trainings).nextLong();
    }

    /** Whether this training has been counted. */
    boolean hasBegun() {
        return number != NOT_BEGUN;
    }

    /** Counts this training among those of the network, at its first call. */
    void begin() {
        if (number == NOT_BEGUN) {
            number = memory.begin();
        }
    }

    /**
     * Begins a {@code fit}, with the epoch after the last one that had a step.
     *
     * @param wanted what it ends at
     */
    void begin(RunLimits wanted) {
        begin();
        before = epoch;
        limits = wanted;
        underWay = null;
    }

    /**
     * Goes on with a {@code fit} that was stored, as if all of it had happened here.
     *
     * @param wanted what it ends at
     * @param atWork the optimiser. Modified.
     */
    void begin(RunLimits wanted, SavedTraining from, OptimizerState atWork) {
        RunSnapshot run = from.run();
        atWork.restore(run.position().optimizerSteps(), run.optimizer());
        RunPosition position = run.position();
        number = position.training();
        before = position.before();
        limits = wanted;
        epoch = position.epoch();
        underWay = run.underWay();
        steps = position.steps();
        runs = position.runs();
        history.clear();
        history.addAll(run.epochs());
        remembered.clear();
        run.listeners().forEach(this::remember);
        checkpoint = from.file();
    }

    /** This moment, for a file. */
    RunSnapshot snapshot(RunTerms terms, @Nullable String stopped, Map<String, Map<String, INDArray>> listeners) {
        OptimizerState now = requireNonNull(optimizer);
        EpochSoFar so = underWay;
        return new RunSnapshot(
                terms,
                limits,
                new RunPosition(number, before, epoch, steps, runs, now.steps()),
                so == null ? null : so.after(secondsSinceEntered()),
                stopped,
                history,
                now.remembered(),
                listeners);
    }

    /** The newest checkpoint of this training; null if there is none. */
    @Nullable
    Path checkpoint() {
        return checkpoint;
    }

    /** Says where the newest checkpoint is. */
    void checkpoint(Path file) {
        checkpoint = file;
    }

    /** The number of epochs of this {@code fit} that are over. */
    int passes() {
        EpochSoFar so = underWay;
        return so == null ? epoch - before : so.number() - before - 1;
    }

    /** The number of epochs before this {@code fit}. */
    int before() {
        return before;
    }

    /** The number of steps of the epoch that is under way; 0 between epochs. */
    int stepsUnderWay() {
        EpochSoFar so = underWay;
        return so == null ? 0 : so.steps();
    }

    /** Goes on with the epoch that is under way, or begins another one. */
    EpochSoFar enter(int number) {
        EpochSoFar so = underWay == null ? EpochSoFar.first(number) : underWay;
        underWay = so;
        entered = System.nanoTime();
        return so;
    }

    /** Counts a step of the epoch that is under way, whether it is skipped or not. */
    void stepped(double loss, double counted) {
        EpochSoFar so = requireNonNull(underWay).plus(loss, counted);
        underWay = so;
        epoch = so.number();
        countStep();
    }

    /** What the epoch that is under way has brought, with all its time. */
    EpochSoFar soFar() {
        return requireNonNull(underWay).after(secondsSinceEntered());
    }

    private double secondsSinceEntered() {
        return (System.nanoTime() - entered) / 1e9;
    }

    /** The number of the last epoch with a step, from 1; 0 before the first. */
    int epoch() {
        return epoch;
    }

    /** Counts a step, whether it is skipped or not. */
    void countStep() {
        steps++;
    }

    /** How many steps have been taken or skipped. */
    long steps() {
        return steps;
    }

    /** The number of the next run of the engine, from 1. */
    long nextRun() {
        runs++;
        return runs;
    }

    /** The number of the last run of the engine. */
    long runs() {
        return runs;
    }

    /** What it has counted so far. */
    StepCounts counts() {
        EpochSoFar so = underWay;
        return new StepCounts(
                runs, requireNonNull(optimizer).steps(), so == null ? 0 : so.lossSum(), so == null ? 0 : so.counted());
    }

    /** Goes on with what several processes have counted together, after they have written to what steps write to. */
    void goOn(StepCounts together) {
        runs = together.runs();
        requireNonNull(optimizer).goOn(together.optimizerSteps());
        underWay = requireNonNull(underWay).counted(together.lossSum(), together.counted());
    }

    /** The optimiser at work, with what it remembers if it is of the same kind as before. */
    OptimizerState optimizer(Optimizer wanted, Parameters parameters, ParameterRules rules) {
        OptimizerState next = OptimizerState.after(optimizer, wanted, parameters, rules);
        optimizer = next;
        return next;
    }

    /** Ends the epoch that is under way. */
    void add(Epoch finished) {
        history.add(finished);
        underWay = null;
    }

    History history() {
        return new History(history, metrics, endedEarly);
    }

    /** Says where and why the last {@code fit} ended before its last epoch did; empty if it did not. */
    void ends(Optional<String> early) {
        endedEarly = early;
    }

    /** Says which {@code fit} is under way; null if none is. */
    void runs(@Nullable TrainingRun current) {
        run = current;
    }

    /** Ends the {@code fit} that is under way, for any thread; returns whether there is one. */
    boolean stop(String reason) {
        TrainingRun current = run;
        if (current != null) {
            current.stop(reason);
        }
        return current != null;
    }

    /** Says which metrics the coming epochs have. */
    void measures(Map<String, Metric> measured) {
        metrics.putAll(measured);
    }

    /** What a listener of this name remembered last; empty if there was none. */
    Map<String, INDArray> remembered(String listener) {
        return remembered.getOrDefault(listener, Map.of());
    }

    /** Keeps a copy of what a listener remembers, if it has a name. */
    void remember(String listener, Map<String, INDArray> state) {
        if (!listener.isEmpty()) {
            Map<String, INDArray> copy = new LinkedHashMap<>();
            state.forEach((name, array) -> copy.put(name, Tensors.copy(array)));
            remembered.put(listener, copy);
        }
    }
}
