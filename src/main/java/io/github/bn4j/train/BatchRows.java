package io.github.bn4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The examples of one run of the engine, which is a step or a part of one.
 *
 * @param rows their numbers in the data
 * @param times how often the epoch has had each of them before
 * @param step how many examples the step has
 * @param sums what the examples of the step count together, for each loss in which they count differently
 */
@SuppressWarnings("ArrayRecordComponent")
record BatchRows(int[] rows, int[] times, int step, double[] sums) {

    /**
     * The runs of a step.
     *
     * @param rows of the step
     * @param sizes of the runs, together as many
     * @param seen how often the epoch has had each example of the data. Modified.
     */
    static List<BatchRows> of(int[] rows, int[] sizes, double[] sums, int[] seen) {
        List<BatchRows> runs = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            int[] some = Arrays.copyOfRange(rows, from, from + size);
            int[] times = new int[size];
            for (int i = 0; i < size; i++) {
                times[i] = seen[some[i]];
                seen[some[i]]++;
            }
            runs.add(new BatchRows(some, times, rows.length, sums));
            from += size;
        }
        return runs;
    }

    int size() {
        return rows.length;
    }
}
