package io.github.bn4j.train;

import java.util.List;

/**
 * What the losses of examples are multiplied by so that their mean over a step is the weighted one. The step may be run in several batches, or in parts of one.
 */
final class StepFactors {

    private final List<Counting> countings;
    private final boolean someCountAlike;

    /**
     * For the examples of a data set.
     *
     * @param countings what examples count, for each loss in which they count differently
     * @param losses how many losses there are
     */
    StepFactors(List<Counting> countings, int losses) {
        this.countings = countings;
        someCountAlike = losses > countings.size();
    }

    /** What the losses of the examples of a step are multiplied by, for each of those losses. */
    double[][] of(int... rows) {
        return countings.stream().map(each -> each.factors(rows)).toArray(double[][]::new);
    }

    /** Whether a step has an example that counts. */
    boolean count(int... rows) {
        return someCountAlike || countings.stream().anyMatch(each -> each.sum(rows) > 0);
    }

    /**
     * What a step counts in the mean of an epoch: what its mean loss was divided by. Of several losses, in which it may count differently,
     * the number of its examples.
     */
    double counted(int... rows) {
        return countings.size() == 1 && !someCountAlike ? countings.get(0).sum(rows) : rows.length;
    }

    /** The step on some examples. */
    StepBatches step(int[] rows, int[] sizes, int[] seen) {
        double counted = counted(rows);
        return new StepBatches(BatchRows.of(rows, sizes, of(rows), seen), count(rows), counted, counted);
    }
}
