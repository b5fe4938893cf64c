package io.github.bn4j;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.Gathering;
import io.github.bn4j.engine.internal.PlainExamples;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.train.ClassScores;
import io.github.bn4j.train.TrainingMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predictions for services: many threads ask for one example each, and are answered from batches. Safe for use by any number of
 * threads, also virtual ones. Every setting returns a new predictor; close the one that was used.
 *
 * <p>A call that finds nothing under way is computed at once. Calls that come meanwhile wait, and are the next batch, the oldest
 * first; one that has waited as long as {@link #wait} says is started beside what is under way, as long as there is a processor
 * for it. Answers are those of {@link Network#predict(float...)}, up to rounding.
 *
 * <p>It computes by the parameters that the network had when it was made, whatever becomes of them: training goes on beside it, and
 * a new predictor serves what was learned. How a call ends otherwise:
 *
 * <ul>
 *   <li>An example of another length, or with NaN or infinity in it, ends alone, with {@code IllegalArgumentException}.
 *   <li>Where there are as many calls waiting as {@link #queue} says, it waits for its place. If it has not started after the
 *       {@link #timeout}, it ends with {@link java.util.concurrent.RejectedExecutionException}.
 *   <li>A thread that is interrupted while it waits gets a {@link java.util.concurrent.CancellationException}, and stays interrupted.
 *   <li>If a batch fails, each call in it ends with {@code IllegalStateException}, whose cause is what failed.
 *   <li>After {@link #close}, with {@code IllegalStateException}.
 * </ul>
 *
 * <p>Memory is bounded: examples are not copied before they are computed, so what waits is {@link #queue} arrays of the callers, and
 * there is a program for each power of two up to the {@link #batch}, made when it is first needed.
 */
public final class Predictor implements AutoCloseable {

    private static final Gathering.Limits USUAL =
            new Gathering.Limits(64, Duration.ofNanos(200_000).toNanos(), 1024, Long.MAX_VALUE);

    private final Model model;
    private final TrainingMemory memory;
    private final PlainExamples examples;
    private final Gathering.Limits limits;
    private final Gathering gathering;
    private @Nullable ClassScores classes;

    private Predictor(Model model, TrainingMemory memory, PlainExamples examples, Gathering.Limits limits) {
        this.model = model;
        this.memory = memory;
        this.examples = examples;
        this.limits = limits;
        this.gathering = new Gathering(model, examples, limits);
    }

    /** One of a network as it is now. */
    static Predictor of(Model model, TrainingMemory memory) {
        PlainExamples examples = PlainExamples.of(model.graph());
        List<Model> copies = new ArrayList<>();
        model.parameters().between(() -> copies.add(model.copy()));
        copies.get(0).requireFinite("predictor");
        return new Predictor(copies.get(0), memory.copy(), examples, USUAL);
    }

    private Predictor with(Gathering.Limits changed) {
        return new Predictor(model, memory, examples, changed);
    }

    /** Sets the most examples that are computed at once; 64 unless said otherwise. */
    public Predictor batch(int most) {
        checkArgument(most >= 1, "Predictor.batch expects at least 1 example but got %s", most);
        return with(new Gathering.Limits(most, limits.patience(), limits.queue(), limits.timeout()));
    }

    /**
     * Sets how long a call waits for the batches under way before it is started beside them; 0.2 ms unless said otherwise. Nobody waits
     * while nothing is under way.
     */
    public Predictor wait(Duration most) {
        return with(new Gathering.Limits(limits.batch(), nanoseconds("wait", most), limits.queue(), limits.timeout()));
    }

    /** Sets how many calls wait at most; 1,024 unless said otherwise. Further ones wait for a place in the thread that makes them. */
    public Predictor queue(int most) {
        checkArgument(most >= 1, "Predictor.queue expects at least 1 call but got %s", most);
        return with(new Gathering.Limits(limits.batch(), limits.patience(), most, limits.timeout()));
    }

    /** Sets how long a call may wait until it is started before it is refused; for ever unless said otherwise. */
    public Predictor timeout(Duration most) {
        return with(
                new Gathering.Limits(limits.batch(), limits.patience(), limits.queue(), nanoseconds("timeout", most)));
    }

    private static long nanoseconds(String setting, Duration time) {
        checkGiven(time, "Predictor." + setting, "a Duration");
        checkArgument(!time.isNegative(), "Predictor.%s expects a Duration of at least 0 but got %s", setting, time);
        return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? time.toNanos() : Long.MAX_VALUE;
    }

    /**
     * The first output for an example, as {@link Network#predict(float...)} gives it.
     *
     * @param example its numbers in row-major order. Not modified, and not to be until the call ends.
     * @throws IllegalArgumentException if it has another length, or an element is NaN or infinite
     */
    public float[] predict(float... example) {
        return PlainExamples.floats(gathering.run(checked(example), 0));
    }

    /** The first output for an example in float64, which a network in float32 computes in float32. */
    public double[] predict(double... example) {
        return PlainExamples.doubles(gathering.run(checked(example), 0));
    }

    /**
     * The probability of each class, as {@link Network#probabilities(float...)} gives it.
     *
     * @param example its numbers in row-major order. Not modified, and not to be until the call ends.
     * @throws IllegalStateException if the network is no classification
     */
    public float[] probabilities(float... example) {
        return PlainExamples.floats(probabilities(checked(example)));
    }

    /** The probability of each class for an example in float64. */
    public double[] probabilities(double... example) {
        return probabilities(checked(example));
    }

    /**
     * The name of the most probable class, as {@link Network#classify(float...)} gives it.
     *
     * @param example its numbers in row-major order. Not modified, and not to be until the call ends.
     * @throws IllegalStateException if the network is no classification with one class per example
     */
    public String classify(float... example) {
        return label(checked(example));
    }

    /** The name of the most probable class for an example in float64. */
    public String classify(double... example) {
        return label(checked(example));
    }

    private Object checked(float... example) {
        return examples.finite(model.parameters().type(), example);
    }

    private Object checked(double... example) {
        return examples.finite(model.parameters().type(), example);
    }

    private double[] probabilities(Object example) {
        ClassScores found = classes("probabilities");
        return found.probabilities(scores(found, example));
    }

    private String label(Object example) {
        ClassScores found = classes("classify");
        found.requireOneClass("classify");
        return found.label(scores(found, example));
    }

    /* Neither the graph nor what it was trained for changes, so it makes no difference which thread finds them. */
    private ClassScores classes(String who) {
        ClassScores found = classes;
        if (found == null) {
            found = ClassScores.of(who, model.graph(), memory);
            classes = found;
        }
        return found;
    }

    private double[] scores(ClassScores classes, Object example) {
        Graph graph = model.graph();
        int output = List.copyOf(graph.outputs().keySet()).indexOf(classes.output());
        return PlainExamples.doubles(gathering.run(example, output));
    }

    /**
     * Answers the calls under way and waiting, refuses later ones, and gives back the memory of the programs. Returns when that is
     * done, at once if it is closed already.
     */
    @Override
    public void close() {
        gathering.close();
    }

    @Override
    public String toString() {
        return "Predictor[batch " + limits.batch() + ", wait " + Duration.ofNanos(limits.patience()) + ", queue "
                + limits.queue()
                + (limits.timeout() == Long.MAX_VALUE ? "" : ", timeout " + Duration.ofNanos(limits.timeout())) + "]";
    }
}
