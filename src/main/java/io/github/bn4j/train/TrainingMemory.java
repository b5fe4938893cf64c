package io.github.bn4j.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a network remembers of its trainings. Networks that share parameters share it; safe for use by several threads. */
public final class TrainingMemory {

    private final Map<String, OutputTask> outputs;

    private TrainingMemory(Map<String, OutputTask> outputs) {
        this.outputs = Collections.synchronizedMap(new LinkedHashMap<>(outputs));
    }

    /** That of a network which has not been trained. */
    public static TrainingMemory empty() {
        return new TrainingMemory(Map.of());
    }

    /** A memory of the given contents. */
    public static TrainingMemory of(Map<String, OutputTask> outputs) {
        return new TrainingMemory(outputs);
    }

    /** A copy that shares nothing with this one. */
    public TrainingMemory copy() {
        return new TrainingMemory(outputs());
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
        return "TrainingMemory" + outputs();
    }
}
