package io.github.bn4j.pytorch;

import io.github.bn4j.checkpoint.CheckpointException;

/** Says what is wrong with a file. */
@FunctionalInterface
interface Refusal {

    CheckpointException of(String expected, Object got);
}
