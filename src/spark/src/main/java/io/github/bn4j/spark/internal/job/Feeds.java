package io.github.bn4j.spark.internal.job;

import java.util.Iterator;

/**
 * What a rank gets in a job, as it comes. Never leaves the task.
 *
 * @param examples to train on, in the order of the steps
 * @param validation examples to judge by
 */
public record Feeds<E>(Iterator<E> examples, Iterator<E> validation) {}
