package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** What a network remembers of its trainings. Networks that share parameters share it; safe for use by several threads. */
public final class TrainingMemory {

    private final Map<String, OutputTask> outputs;
    private final AtomicLong trainings;

    private TrainingMemory(Map<String, OutputTask> outputs, AtomicLong trainings) {
        this.outputs = Collections.synchronizedMap(new LinkedHashMap<>(outputs));
        this.trainings = trainings;
    }

    /** That of a network which has not been trained. */
    public static TrainingMemory empty() {
        return of(Map.of(), 0);
    }

    /**
     * A memory of the given contents.
     *
     * @param outputs what has been told of each output that was trained, by its name
     * @param trainings the number of trainings that were begun
     */
    public static TrainingMemory of(Map<String, OutputTask> outputs, long trainings) {
        checkArgument(trainings >= 0, "TrainingMemory expects at least 0 trainings but got %s", trainings);
        return new TrainingMemory(outputs, new AtomicLong(trainings));
    }

    /** A copy that shares nothing with this one. */
    public TrainingMemory copy() {
        return of(outputs(), trainings());
    }

    /**
     * The names of the classes of the only output that has some; empty if none has, or several.
     *
     * @param all the outputs of the network
     */
    public List<String> classNames(Collection<String> all) {
        List<List<String>> named = all.stream()
                .map(this::classNames)
                .filter(names -> !names.isEmpty())
                .toList();
        return named.size() == 1 ? named.get(0) : List.of();
    }

    /** The names of the classes of an output; empty if they have none. */
    public List<String> classNames(String output) {
        return of(output).classNames();
    }

    /** What an output is for; empty if nothing has said it. */
    public Optional<Task> task(String output) {
        return of(output).task();
    }

    /**
     * A copy, of the same network, in which the classes of the only output have names.
     *
     * @param all the outputs of the network by name
     * @param names the name of class 0 first
     * @throws IllegalArgumentException if there are several outputs, more names than scores, or a name occurs twice
     */
    public TrainingMemory withClassNames(Map<String, Value> all, List<String> names) {
        checkArgument(
                all.size() == 1,
                "classNames expects a network with one output but got %s; use classNames(output, names)",
                all.keySet());
        return withClassNames(all, all.keySet().iterator().next(), names);
    }

    /**
     * A copy, of the same network, in which the classes of an output have names.
     *
     * @param all the outputs of the network by name
     * @param names the name of class 0 first
     * @throws IllegalArgumentException if there is no such output, it has fewer scores than names, or a name occurs twice
     */
    public TrainingMemory withClassNames(Map<String, Value> all, String output, List<String> names) {
        Shape scores = checkPresent(
                        all.get(output),
                        "classNames expects the name of an output but got \"%s\"; this network has %s",
                        output,
                        all.keySet())
                .shape();
        checkArgument(
                scores.rank() == 1 && names.size() <= scores.dim(0),
                "classNames expects a name for each score of output \"%s\" %s, or fewer, but got %s; end the network with an"
                        + " output per class",
                output,
                scores,
                names);
        checkArgument(
                Set.copyOf(names).size() == names.size(),
                "classNames expects a name of its own for each class but got %s; name them differently",
                names);
        Map<String, OutputTask> named = new LinkedHashMap<>(outputs());
        named.put(
                output,
                new OutputTask(
                        Optional.of(Task.CLASSIFICATION), names, of(output).ignored()));
        return new TrainingMemory(named, trainings);
    }

    /** The number of trainings that were begun. */
    public long trainings() {
        return trainings.get();
    }

    /** Remembers what a file says, and no fewer trainings than before. */
    void restore(TrainingMemory saved) {
        trainings.accumulateAndGet(saved.trainings(), Math::max);
        outputs.putAll(saved.outputs());
    }

    /** Counts a training; returns how many there were before. */
    long begin() {
        return trainings.getAndIncrement();
    }

    /** What has been told of each output that was trained, by its name. */
    public Map<String, OutputTask> outputs() {
        synchronized (outputs) {
            return Map.copyOf(outputs);
        }
    }

    OutputTask of(String output) {
        return outputs.getOrDefault(output, OutputTask.UNTOLD);
    }

    /** Remembers; class names stay where the new ones are not known. */
    void tell(String output, OutputTask told) {
        List<String> names = told.classNames().isEmpty() ? of(output).classNames() : told.classNames();
        outputs.put(output, new OutputTask(told.task(), names, told.ignored()));
    }

    @Override
    public String toString() {
        return "TrainingMemory[" + trainings + " trainings, " + outputs() + "]";
    }
}
