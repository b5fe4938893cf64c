package io.github.bn4j.op;

import io.github.bn4j.internal.Sums;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Rows with their mean subtracted and divided by their standard deviation.
 *
 * @param values {@code (x − mean) / √(variance + epsilon)}, {@code [rows, length]}
 * @param inverse {@code 1 / √(variance + epsilon)}, {@code [rows, 1]}
 */
record StandardizedRows(INDArray values, INDArray inverse) {

    /* Two passes: the mean, which ND4J sums naively in float32, is refined by the mean of what it leaves, then the biased
     * variance is the mean square of the centred values. */
    static StandardizedRows of(INDArray rows, double epsilon) {
        INDArray centred = rows.sub(means(rows));
        centred.subi(means(centred));
        INDArray variance = means(centred.mul(centred));
        INDArray inverse = Transforms.sqrt(variance.addi(epsilon), false).rdivi(1.0);
        return new StandardizedRows(centred.muli(inverse), inverse);
    }

    /** The gradient by the rows, from the gradient by the values. Not modified. */
    INDArray backward(INDArray dValues) {
        INDArray slope = means(dValues.mul(values));
        return dValues.sub(means(dValues)).subi(values.mul(slope)).muli(inverse);
    }

    private static INDArray means(INDArray rows) {
        return Sums.ofRows(rows).divi(rows.size(1)).reshape('c', rows.size(0), 1);
    }
}
