package io.github.bn4j.train;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A metric of what classes or labels examples were taken for, of which more is better unless it says otherwise. */
interface OfClasses extends Metric {

    Set<Task> TASKS = Collections.unmodifiableSet(EnumSet.of(Task.CLASSIFICATION, Task.MULTI_LABEL));

    @Override
    default boolean higherIsBetter() {
        return true;
    }

    @Override
    default Set<Task> tasks() {
        return TASKS;
    }
}
