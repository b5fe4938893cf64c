package io.github.bn4j.norm.internal;

import io.github.bn4j.engine.Model;
import io.github.bn4j.internal.Outlier;
import java.util.List;

/** Data that batches for {@link ModeMeasurement} can be made of where they are. */
public interface ReportedData extends MeasuredData {

    /**
     * What batches in training mode add up to, each of examples that no other one has.
     *
     * @param model the gradients of its parameters may be modified
     * @param batchSize how many examples a batch has; fewer than that are left out
     */
    ModeSums modes(Model model, int batchSize);

    /**
     * The values that stand for more than half of the variance at batch normalisations, a list for each; no lists where the data are not looked
     * at one by one.
     *
     * @param model as it is now
     * @param runningMeans names of the running means of those that are to be measured, at least one
     */
    default List<List<Outlier>> outliers(Model model, List<String> runningMeans) {
        return List.of();
    }

    /** How many examples each of these batches has: fewer than were asked for where there are no more. */
    int examplesPerBatch(int batchSize);
}
