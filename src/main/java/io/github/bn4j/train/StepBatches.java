package io.github.bn4j.train;

import java.io.Serializable;
import java.util.List;

/**
 * One step of a training.
 *
 * @param runs the batches that the engine is run on for it
 * @param counts whether it has an example that counts
 * @param counted what it counts in the mean of an epoch
 */
record StepBatches(List<BatchRows> runs, boolean counts, double counted) implements Serializable {

    private static final long serialVersionUID = 1;

    /** How many examples each run has. */
    int[] sizes() {
        return runs.stream().mapToInt(BatchRows::batch).toArray();
    }

    /** With those examples of each run that one of several machines has. */
    StepBatches part(int machines, int number) {
        return new StepBatches(
                runs.stream().map(run -> run.part(machines, number)).toList(), counts, counted);
    }

    static List<BatchRows> runs(List<StepBatches> steps) {
        return steps.stream().flatMap(step -> step.runs.stream()).toList();
    }
}
