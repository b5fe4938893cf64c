package io.github.bn4j.internal;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums of many numbers. ND4J adds them up one after the other, which in float32 loses up to a quarter of a rounding for each; so they
 * are added up in about √n parts of about √n numbers (Higham 1993, The accuracy of floating point summation, section 3).
 */
public final class Sums {

    private Sums() {}

    /** The sum of each row of {@code [rows, length]}, as {@code [rows]}. Not modified. */
    public static INDArray ofRows(INDArray rows) {
        long length = rows.size(1);
        long part = (long) Math.sqrt((double) length);
        while (length % part != 0) {
            part--;
        }
        return part == 1
                ? rows.sum(1)
                : rows.reshape('c', rows.size(0), length / part, part).sum(2).sum(1);
    }

    /** The sum of each channel of {@code [batch, channels, …]}, as {@code [channels]}. Not modified. */
    public static INDArray ofChannels(INDArray x) {
        long rows = x.size(0) * x.size(1);
        return ofRows(x.reshape('c', rows, x.length() / rows))
                .reshape('c', x.size(0), x.size(1))
                .sum(0);
    }
}
