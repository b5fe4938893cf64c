package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.Dataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which examples the steps of each epoch of a training have: a function of the settings, the seed and the number of the epoch. */
final class EpochPlan {

    private final Dataset data;
    private final StepFactors factors;
    private final Settings settings;
    private final long seed;
    private int rowsPerEpoch;
    private int planned;
    private List<StepBatches> steps = List.of();

    EpochPlan(Dataset data, StepFactors factors, Settings settings, long seed) {
        this.data = data;
        this.factors = factors;
        this.settings = settings;
        this.seed = seed;
    }

    /** The steps of an epoch from 1; all epochs have steps of the same sizes. That of the last call is kept. */
    List<StepBatches> epoch(int number) {
        if (number != planned) {
            int[] seen = new int[data.size()];
            List<StepBatches> next = new ArrayList<>();
            for (int[] rows : rows(number)) {
                next.add(factors.step(rows, settings.accumulation.runs(rows.length, settings.batchSize), seen));
            }
            steps = Collections.unmodifiableList(next);
            planned = number;
        }
        return steps;
    }

    /** What one of several machines has of a step, as a step of its own. */
    StepBatches apart(StepBatches step, int machines, int number) {
        return step.apart(machines, number, factors);
    }

    private List<int[]> rows(int epoch) {
        List<int[]> batches =
                data.batches(settings.stepSize(), settings.tail, settings.sampling, seed + 0x9E3779B97F4A7C15L * epoch);
        int now = batches.stream().mapToInt(rows -> rows.length).sum();
        checkState(
                rowsPerEpoch == 0 || rowsPerEpoch == now,
                "sampling expects as many rows in each epoch but got %s after %s from %s",
                now,
                rowsPerEpoch,
                settings.sampling);
        rowsPerEpoch = now;
        return batches;
    }
}
