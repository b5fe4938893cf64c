package io.github.bn4j.data;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies examples from one array to another of the same type, both dense and in row-major order. */
public final class Rows {

    private Rows() {}

    /**
     * Copies the given rows of {@code source}, in that order, into {@code into}.
     *
     * @param source {@code [n, …]}. Not modified.
     * @param rows indices into the first axis
     * @param into {@code [rows.length, …]}. Modified.
     */
    public static void copy(INDArray source, int[] rows, INDArray into) {
        if (source.rank() == 1) {
            for (int i = 0; i < rows.length; i++) {
                into.putScalar(i, source.getDouble(rows[i]));
            }
            return;
        }
        long width = source.length() / source.size(0);
        INDArray from = source.reshape('c', source.size(0), width);
        INDArray to = into.reshape('c', rows.length, width);
        for (int i = 0; i < rows.length; i++) {
            to.putRow(i, from.getRow(rows[i]));
        }
    }
}
