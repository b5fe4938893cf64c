package io.github.bn4j.internal;

import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Rows of shares, of which none is negative and which are 1 together; and class numbers, which are such rows in one number. */
public final class Distributions {

    /** How far a sum may be from 1, as that of shares that were rounded to a few digits is. */
    public static final double TOLERANCE = 0.01;

    // Most arrays that hold no distributions show it in their first rows.
    private static final int BLOCK = 256;

    private Distributions() {}

    /**
     * The first row that is none.
     *
     * @param rows {@code [examples, classes]}. Not modified.
     */
    public static OptionalInt firstOther(INDArray rows) {
        int width = Math.toIntExact(rows.size(1));
        for (long from = 0; from < rows.size(0); from += BLOCK) {
            long to = Math.min(rows.size(0), from + BLOCK);
            double[] values = Floats.values(rows.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()));
            for (int row = 0; row < to - from; row++) {
                if (!isDistribution(values, row * width, width)) {
                    return OptionalInt.of(Math.toIntExact(from + row));
                }
            }
        }
        return OptionalInt.empty();
    }

    /**
     * Rows of 0 and 1 for class numbers; what is no number from 0 to {@code classes − 1} has zeros alone.
     *
     * @param numbers {@code [examples, …]}. Not modified.
     * @return {@code [examples, classes, …]}
     */
    public static INDArray oneHot(INDArray numbers, int classes, DataType type) {
        double[] values = Floats.values(numbers);
        int positions = values.length / (int) numbers.size(0);
        double[] rows = new double[Math.multiplyExact(values.length, classes)];
        for (int i = 0; i < values.length; i++) {
            if (isClass(values[i], classes)) {
                int number = (int) values[i];
                rows[(i / positions * classes + number) * positions + i % positions] = 1;
            }
        }
        LongStream axes = LongStream.of(numbers.shape()).skip(1);
        return Tensors.of(
                type,
                rows,
                LongStream.concat(LongStream.of(numbers.size(0), classes), axes).toArray());
    }

    /** Whether a number is that of one of {@code classes} classes, a whole one from 0 to {@code classes − 1}. */
    public static boolean isClass(double number, long classes) {
        return number >= 0 && number < classes && number == Math.rint(number);
    }

    private static boolean isDistribution(double[] values, int from, int width) {
        double sum = 0;
        for (int i = from; i < from + width; i++) {
            if (!(values[i] >= 0)) {
                return false;
            }
            sum += values[i];
        }
        return Math.abs(sum - 1) <= TOLERANCE;
    }
}
