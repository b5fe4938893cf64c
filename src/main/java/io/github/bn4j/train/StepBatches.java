package io.github.bn4j.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One step of a training.
 *
 * @param runs the batches that the engine is run on for it
 * @param counts whether it has an example that counts
 * @param counted what it counts in the mean of an epoch
 * @param countedByAll what it counts on all machines together
 */
record StepBatches(List<BatchRows> runs, boolean counts, double counted, double countedByAll) implements Serializable {

    private static final long serialVersionUID = 1;

    /** How many examples each run has. */
    int[] sizes() {
        return runs.stream().mapToInt(BatchRows::batch).toArray();
    }

    /** With those examples of each run that one of several machines has. */
    StepBatches part(int machines, int number) {
        return new StepBatches(
                runs.stream().map(run -> run.part(machines, number)).toList(), counts, counted, countedByAll);
    }

    /**
     * The examples that one of several machines has, as a step of its own. It may have none.
     *
     * @param factors of the examples of the data
     */
    StepBatches apart(int machines, int number, StepFactors factors) {
        List<BatchRows> own = runs.stream()
                .map(run -> run.part(machines, number))
                .filter(run -> run.size() > 0)
                .toList();
        int[] rows = own.stream().flatMapToInt(run -> Arrays.stream(run.rows())).toArray();
        double[][] perLoss = factors.of(rows);
        List<BatchRows> apart = new ArrayList<>();
        int from = 0;
        for (BatchRows run : own) {
            apart.add(run.alone(perLoss, from));
            from += run.size();
        }
        return new StepBatches(apart, rows.length > 0 && factors.count(rows), factors.counted(rows), countedByAll);
    }

    static List<BatchRows> runs(List<StepBatches> steps) {
        return steps.stream().flatMap(step -> step.runs.stream()).toList();
    }
}
