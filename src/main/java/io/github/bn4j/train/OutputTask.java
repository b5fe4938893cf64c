package io.github.bn4j.train;

import java.util.List;
import java.util.Optional;

/**
 * What a training has told of an output of a network.
 *
 * @param task what its loss is for; empty if the loss does not say
 * @param classNames the name of class 0 first; empty if the classes have none
 */
public record OutputTask(Optional<Task> task, List<String> classNames) {

    static final OutputTask UNTOLD = new OutputTask(Optional.empty(), List.of());

    public OutputTask {
        classNames = List.copyOf(classNames);
    }
}
