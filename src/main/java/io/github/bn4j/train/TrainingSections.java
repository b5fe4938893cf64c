package io.github.bn4j.train;

import io.github.bn4j.checkpoint.Sections;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a network remembers of its trainings, as sections of its file; a file without them is of a network without training. */
public final class TrainingSections {

    private static final String TRAININGS = "trainings";
    private static final String TASK = "task.";
    private static final String CLASS_NAMES = "classNames.";
    private static final String IGNORED = "ignoredClass.";
    private static final String UNTOLD = "untold";

    private TrainingSections() {}

    /** The sections by name. */
    public static Map<String, String> of(TrainingMemory memory) {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put(TRAININGS, Long.toString(memory.trainings()));
        memory.outputs().forEach((output, told) -> {
            sections.put(TASK + output, told.task().map(Task::toString).orElse(UNTOLD));
            if (!told.classNames().isEmpty()) {
                sections.put(CLASS_NAMES + output, Sections.text(told.classNames()));
            }
            told.ignored().ifPresent(number -> sections.put(IGNORED + output, Integer.toString(number)));
        });
        return sections;
    }

    /**
     * Reads the sections.
     *
     * @param outputs the names of the outputs
     * @throws io.github.bn4j.checkpoint.CheckpointException if they are damaged
     */
    public static TrainingMemory read(Sections sections, Collection<String> outputs) {
        Map<String, OutputTask> told = new LinkedHashMap<>();
        for (String output : outputs) {
            String task = TASK + output;
            String classNames = CLASS_NAMES + output;
            if (sections.has(task)) {
                List<String> names = sections.has(classNames) ? sections.list(classNames) : List.of();
                told.put(output, new OutputTask(task(sections, task), names, ignored(sections, IGNORED + output)));
            }
        }
        long trainings = sections.has(TRAININGS) ? sections.whole(TRAININGS) : 0;
        if (trainings < 0) {
            throw sections.damaged("a number of trainings from 0 as \"" + TRAININGS + "\"", trainings);
        }
        return TrainingMemory.of(told, trainings);
    }

    private static OptionalInt ignored(Sections sections, String name) {
        if (!sections.has(name)) {
            return OptionalInt.empty();
        }
        long number = sections.whole(name);
        if (number != (int) number) {
            throw sections.damaged("the number of a class as \"" + name + "\"", number);
        }
        return OptionalInt.of((int) number);
    }

    private static Optional<Task> task(Sections sections, String name) {
        String text = sections.text(name);
        for (Task task : Task.values()) {
            if (task.toString().equals(text)) {
                return Optional.of(task);
            }
        }
        if (!text.equals(UNTOLD)) {
            throw sections.damaged("classification, regression or untold as \"" + name + "\"", "\"" + text + "\"");
        }
        return Optional.empty();
    }
}
