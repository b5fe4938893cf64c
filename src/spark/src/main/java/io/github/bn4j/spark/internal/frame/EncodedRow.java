package io.github.bn4j.spark.internal.frame;

import java.io.Serializable;

/** An example as plain numbers, on its way between the JVMs of Spark. */
public final class EncodedRow implements Serializable {

    private static final long serialVersionUID = 1;

    private final int partition;
    private final long row;
    private final Object[] numbers;
    private final double weight;

    /**
     * One of a row.
     *
     * @param partition of the DataFrame
     * @param row in the partition, from 0
     * @param numbers a {@code float[]} or {@code double[]} for each input, and then for each target
     * @param weight 1 where none is said
     */
    EncodedRow(int partition, long row, Object[] numbers, double weight) {
        this.partition = partition;
        this.row = row;
        this.numbers = numbers;
        this.weight = weight;
    }

    /** The partition of the DataFrame that it came from. */
    public int partition() {
        return partition;
    }

    /** The number of its row in the partition, from 0. */
    public long row() {
        return row;
    }

    /** The weight of the example; 1 where the DataFrame says none. */
    public double weight() {
        return weight;
    }

    /**
     * The elements of an input, or of a target behind all inputs, in row-major order, in the order of the plan.
     *
     * @return a {@code float[]} or, for networks in float64, a {@code double[]}. Not to be modified.
     */
    public Object numbers(int position) {
        return numbers[position];
    }

    /** The number of inputs and targets. */
    public int arrays() {
        return numbers.length;
    }
}
