package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** A copy, of the same network, in which the classes of an output have the given names, that of class 0 first. */
    public TrainingMemory withClassNames(String output, List<String> names) {
        Map<String, OutputTask> named = new LinkedHashMap<>(outputs());
        named.put(output, new OutputTask(Optional.of(Task.CLASSIFICATION), names));
        return new TrainingMemory(named, trainings);
    }

    /** The number of trainings that were begun. */
    public long trainings() {
        return trainings.get();
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
        outputs.put(output, new OutputTask(told.task(), names));
    }

    @Override
    public String toString() {
        return "TrainingMemory[" + trainings + " trainings, " + outputs() + "]";
    }
}
