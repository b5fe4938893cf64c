package io.github.bn4j.spark.internal.train;

import io.github.bn4j.data.DataException;
import io.github.bn4j.spark.internal.frame.EncodedRow;
import io.github.bn4j.train.SharedExample;
import java.util.Iterator;

/** The rows of a partition as examples with their numbers, which are the same rows each time. */
final class NumberedRows implements Iterator<SharedExample> {

    private final Iterator<EncodedRow> rows;
    private final int first;
    private final int[] order;
    private final PartitionDigest known;
    private PartitionDigest digest = PartitionDigest.NONE;

    /**
     * The rows of one partition.
     *
     * @param first the number of its first row in the data
     * @param order which arrays of a row make an example, in this order
     * @param known what they were the first time
     */
    NumberedRows(Iterator<EncodedRow> rows, int first, int[] order, PartitionDigest known) {
        this.rows = rows;
        this.first = first;
        this.order = order;
        this.known = known;
    }

    @Override
    public boolean hasNext() {
        if (rows.hasNext()) {
            return true;
        }
        DataException.check(
                digest.equals(known),
                "fit expects the same rows in the same order each time they are computed but got others after an executor was"
                        + " lost; write the data to files before, or sort them within their partitions");
        return false;
    }

    @Override
    public SharedExample next() {
        EncodedRow row = rows.next();
        int number = first + digest.rows();
        digest = digest.with(row);
        if (row.numbers(order[0]) instanceof double[]) {
            double[][] arrays = new double[order.length][];
            for (int i = 0; i < order.length; i++) {
                arrays[i] = (double[]) row.numbers(order[i]);
            }
            return SharedExample.of(number, arrays);
        }
        float[][] arrays = new float[order.length][];
        for (int i = 0; i < order.length; i++) {
            arrays[i] = (float[]) row.numbers(order[i]);
        }
        return SharedExample.of(number, arrays);
    }
}
