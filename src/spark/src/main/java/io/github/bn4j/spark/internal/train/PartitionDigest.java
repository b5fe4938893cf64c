package io.github.bn4j.spark.internal.train;

import io.github.bn4j.spark.internal.frame.EncodedRow;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;

/**
 * By what the rows of a partition are known again. When an executor is lost Spark computes its partitions anew, and where the rows come from a
 * shuffle they may come in another order then.
 *
 * @param rows how many there are
 * @param hash of all their numbers, in order
 */
record PartitionDigest(int rows, long hash) implements Serializable {

    private static final long serialVersionUID = 1;

    static final PartitionDigest NONE = new PartitionDigest(0, 0);

    static PartitionDigest of(Iterator<EncodedRow> rows) {
        PartitionDigest digest = NONE;
        while (rows.hasNext()) {
            digest = digest.with(rows.next());
        }
        return digest;
    }

    /** With one more row. */
    PartitionDigest with(EncodedRow row) {
        long next = 31 * hash + Double.hashCode(row.weight());
        for (int i = 0; i < row.arrays(); i++) {
            Object numbers = row.numbers(i);
            next = 0x9E3779B97F4A7C15L * next
                    + (numbers instanceof double[] doubles
                            ? Arrays.hashCode(doubles)
                            : Arrays.hashCode((float[]) numbers));
        }
        return new PartitionDigest(Math.addExact(rows, 1), next);
    }
}
