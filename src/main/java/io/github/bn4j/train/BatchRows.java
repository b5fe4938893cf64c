package io.github.bn4j.train;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Parts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The examples of one run of the engine, which is a step or a part of one; or those of them that one of several machines has.
 *
 * @param rows their numbers in the data
 * @param times how often the epoch has had each of them before
 * @param batch how many the run has on all machines together
 * @param factors what the losses of the examples are multiplied by, for each loss in which they count differently
 */
@SuppressWarnings("ArrayRecordComponent")
record BatchRows(int[] rows, int[] times, int batch, double[][] factors) implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * The runs of a step.
     *
     * @param rows of the step
     * @param sizes of the runs, together as many
     * @param factors of the examples, for each of those losses
     * @param seen how often the epoch has had each example of the data. Modified.
     */
    static List<BatchRows> of(int[] rows, int[] sizes, double[][] factors, int[] seen) {
        int[] times = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            times[i] = seen[rows[i]];
            seen[rows[i]]++;
        }
        BatchRows step = new BatchRows(rows, times, rows.length, factors);
        List<BatchRows> runs = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            runs.add(step.cut(from, from + size, size));
            from += size;
        }
        return runs;
    }

    private BatchRows cut(int from, int to, int whole) {
        return new BatchRows(
                Arrays.copyOfRange(rows, from, to),
                Arrays.copyOfRange(times, from, to),
                whole,
                Arrays.stream(factors)
                        .map(each -> Arrays.copyOfRange(each, from, to))
                        .toArray(double[][]::new));
    }

    /** Those that one of several machines has, each of which has almost as many. */
    BatchRows part(int machines, int number) {
        int[] ends = Parts.ends(batch, machines);
        return cut(number == 0 ? 0 : ends[number - 1], ends[number], batch);
    }

    /**
     * As a batch that others have no examples of.
     *
     * @param perLoss the factors of the examples of its step, for each loss in which they count differently
     * @param from the first of them that is of its examples
     */
    BatchRows alone(double[][] perLoss, int from) {
        double[][] own = Arrays.stream(perLoss)
                .map(each -> Arrays.copyOfRange(each, from, from + rows.length))
                .toArray(double[][]::new);
        return new BatchRows(rows, times, rows.length, own);
    }

    int size() {
        return rows.length;
    }

    /**
     * Writes the factors to the last arrays.
     *
     * @param into an array for each input of the graph. Modified.
     */
    void writeFactors(INDArray[] into) {
        for (int i = 0; i < factors.length; i++) {
            Floats.write(factors[i], into[into.length - factors.length + i]);
        }
    }
}
