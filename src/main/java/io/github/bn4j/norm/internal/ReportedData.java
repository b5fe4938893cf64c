package io.github.bn4j.norm.internal;

import io.github.bn4j.engine.Model;

/** Data that batches for {@link ModeMeasurement} can be made of where they are. */
public interface ReportedData extends MeasuredData {

    /**
     * What batches in training mode add up to, each of examples that no other one has.
     *
     * @param model the gradients of its parameters may be modified
     * @param batchSize how many examples a batch has; fewer than that are left out
     */
    ModeSums modes(Model model, int batchSize);

    /** How many examples each of these batches has: fewer than were asked for where there are no more. */
    int examplesPerBatch(int batchSize);
}
