package io.github.bn4j.checkpoint.internal;

import io.github.bn4j.checkpoint.CheckpointException;

/** Says what is wrong with a file. */
@FunctionalInterface
public interface Refusal {

    /** The exception to throw. */
    CheckpointException of(String expected, Object got);
}
