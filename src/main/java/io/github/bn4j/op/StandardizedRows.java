package io.github.bn4j.op;

import io.github.bn4j.internal.Sums;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows with their mean subtracted and divided by their standard deviation.
 *
 * @param values {@code (x − mean) / √(variance + epsilon)}, {@code [rows, length]}
 * @param inverse {@code 1 / √(variance + epsilon)}, {@code [rows, 1]}
 */
record StandardizedRows(INDArray values, INDArray inverse) {

    static StandardizedRows of(INDArray rows, double epsilon) {
        Centred centred = Centred.of(rows, StandardizedRows::means);
        INDArray inverse = Normalizer.inverse(centred.variance(), epsilon);
        return new StandardizedRows(centred.values().muli(inverse), inverse);
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
