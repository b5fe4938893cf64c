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

    /** What the examples of a step count together, for each of those losses. */
    double[] sums(int... rows) {
        return countings.stream().mapToDouble(each -> each.sum(rows)).toArray();
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
    void fill(BatchRows batch, INDArray[] into) {
        for (int i = 0; i < countings.size(); i++) {
            double[] multipliers = countings.get(i).multipliers();
            double sum = batch.sums()[i];
            Floats.write(
                    Arrays.stream(batch.rows())
                            .mapToDouble(row -> sum == 0 ? 0 : multipliers[row] * batch.step() / sum)
                            .toArray(),
                    into[into.length - countings.size() + i]);
        }
    }
}
