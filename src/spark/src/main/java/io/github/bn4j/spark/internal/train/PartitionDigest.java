package io.github.bn4j.spark.internal.train;

import io.github.bn4j.spark.internal.frame.EncodedRow;
import java.io.Serializable;

/**
 * By what the rows of a partition, or of several that are neighbours, are known again. When an executor is lost Spark computes its partitions anew,
 * and where the rows come from a shuffle they may come in another order then; and a training may be resumed on other data. Where partitions end
 * makes no difference.
 *
 * @param rows how many there are
 * @param hash a polynomial, modulo 2^64, whose coefficients are hashes of the rows in order
 */
record PartitionDigest(int rows, long hash) implements Serializable {

    private static final long serialVersionUID = 1;

    static final PartitionDigest NONE = new PartitionDigest(0, 0);

    private static final long PER_ROW = 0x9E3779B97F4A7C15L;
    private static final long PER_NUMBER = 0xBF58476D1CE4E5B9L;

    /** With one more row. */
    PartitionDigest with(EncodedRow row) {
        long of = Double.doubleToRawLongBits(row.weight());
        for (int i = 0; i < row.arrays(); i++) {
            Object numbers = row.numbers(i);
            of = mixed(numbers instanceof double[] doubles ? with(of, doubles) : with(of, (float[]) numbers));
        }
        return new PartitionDigest(Math.addExact(rows, 1), PER_ROW * hash + of);
    }

    private static long with(long before, double... numbers) {
        long hash = before;
        for (double number : numbers) {
            hash = PER_NUMBER * hash + Double.doubleToRawLongBits(number);
        }
        return hash;
    }

    private static long with(long before, float... numbers) {
        long hash = before;
        for (float number : numbers) {
            hash = PER_NUMBER * hash + Float.floatToRawIntBits(number);
        }
        return hash;
    }

    /** High bits change low ones too. */
    private static long mixed(long hash) {
        return (hash ^ (hash >>> 32)) * PER_NUMBER;
    }

    /** Those of this one, then those of the next. */
    PartitionDigest then(PartitionDigest next) {
        return new PartitionDigest(Math.addExact(rows, next.rows), hash * power(next.rows) + next.hash);
    }

    private static long power(int exponent) {
        long power = 1;
        long square = PER_ROW;
        for (int left = exponent; left > 0; left >>= 1) {
            power *= (left & 1) == 1 ? square : 1;
            square *= square;
        }
        return power;
    }

    /** The hash as 16 hexadecimal digits. */
    String text() {
        return String.format("%016x", hash);
    }
}
