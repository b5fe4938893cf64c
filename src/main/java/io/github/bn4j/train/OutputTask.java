package io.github.bn4j.train;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a training has told of an output of a network.
 *
 * @param task what its loss is for; empty if the loss does not say
 * @param classNames the name of class 0 first; empty if the classes have none
 * @param ignored the class that its loss leaves out; empty if there is none
 */
public record OutputTask(Optional<Task> task, List<String> classNames, OptionalInt ignored) {

    static final OutputTask UNTOLD = new OutputTask(Optional.empty(), List.of(), OptionalInt.empty());

    public OutputTask {
        classNames = List.copyOf(classNames);
    }
}
