package io.github.bn4j.train;

import io.github.bn4j.internal.Floats;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the losses of examples are multiplied by so that their mean over a step is the weighted one. The step may be run in several batches, or in parts of one.
 */
final class StepFactors {

    private final List<Counting> countings;
    private final double[][] byExample;
    private final boolean someCountAlike;

    /**
     * For the examples of a data set.
     *
     * @param countings what examples count, for each loss in which they count differently
     * @param losses how many losses there are
     */
    StepFactors(List<Counting> countings, int losses) {
        this.countings = countings;
        byExample = countings.stream()
                .map(each -> new double[each.divisors().length])
                .toArray(double[][]::new);
        someCountAlike = losses > countings.size();
    }

    /**
     * Begins an epoch.
     *
     * @param steps the rows of each step, none of them twice
     */
    void begin(List<int[]> steps) {
        for (int i = 0; i < byExample.length; i++) {
            Counting counting = countings.get(i);
            for (int[] rows : steps) {
                double sum = counting.sum(rows);
                for (int row : rows) {
                    byExample[i][row] = sum == 0 ? 0 : counting.multipliers()[row] * rows.length / sum;
                }
            }
        }
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

    /**
     * Writes the factors of some examples to the last arrays.
     *
     * @param into an array for each input of the graph. Modified.
     */
    void fill(int[] rows, INDArray[] into) {
        for (int i = 0; i < byExample.length; i++) {
            double[] factors = byExample[i];
            Floats.write(
                    Arrays.stream(rows).mapToDouble(row -> factors[row]).toArray(),
                    into[into.length - byExample.length + i]);
        }
    }
}
