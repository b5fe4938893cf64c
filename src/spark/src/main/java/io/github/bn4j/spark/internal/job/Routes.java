package io.github.bn4j.spark.internal.job;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Which rows of the data a job takes to which rank, and in which order: all have their positions one after another, those of rank 0 first.
 * A row may have several positions, or none.
 */
final class Routes implements Serializable {

    private static final long serialVersionUID = 1;

    /** Row in the high half, position in the low one; sorted. */
    private final long[] byRow;

    /** The first position of each rank. */
    private final int[] starts;

    private Routes(long[] byRow, int[] starts) {
        this.byRow = byRow;
        this.starts = starts;
    }

    /** Routes to each rank's rows, in their order. */
    static Routes of(List<int[]> rows) {
        int[] starts = new int[rows.size()];
        long[] byRow = new long
                [Math.toIntExact(rows.stream().mapToLong(some -> some.length).sum())];
        int position = 0;
        for (int rank = 0; rank < starts.length; rank++) {
            starts[rank] = position;
            for (int row : rows.get(rank)) {
                byRow[position] = ((long) row << 32) | position;
                position++;
            }
        }
        Arrays.parallelSort(byRow);
        return new Routes(byRow, starts);
    }

    /** How many ranks there are. */
    int ranks() {
        return starts.length;
    }

    /** The positions of a row, in ascending order. */
    int[] positions(int row) {
        int from = firstFrom((long) row << 32);
        int to = from;
        while (to < byRow.length && (int) (byRow[to] >>> 32) == row) {
            to++;
        }
        int[] positions = new int[to - from];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (int) byRow[from + i];
        }
        return positions;
    }

    private int firstFrom(long key) {
        int found = Arrays.binarySearch(byRow, key);
        return found >= 0 ? found : -found - 1;
    }

    /** The rank that a position belongs to. */
    int rank(int position) {
        int rank = starts.length - 1;
        while (starts[rank] > position) {
            rank--;
        }
        return rank;
    }
}
