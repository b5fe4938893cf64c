package io.github.bn4j.plot.internal.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The points of a line, in runs without gaps: where a value is NaN or infinite there is nothing. Of more than {@link #MOST} points
 * those are kept that show, the lowest and the highest of neighbours.
 */
final class Runs {

    static final int MOST = 500;

    /** The lowest, the highest, and a gap between them. */
    private static final int PER_GROUP = 3;

    private Runs() {}

    /** The numbers of the points of each run, in order. */
    static List<int[]> of(double[] x, double[]... values) {
        List<int[]> runs = new ArrayList<>();
        List<Integer> run = new ArrayList<>();
        for (int point : kept(x, values)) {
            if (point < 0) {
                end(run, runs);
            } else {
                run.add(point);
            }
        }
        end(run, runs);
        return runs;
    }

    private static void end(List<Integer> run, List<int[]> runs) {
        if (!run.isEmpty()) {
            runs.add(run.stream().mapToInt(Integer::intValue).toArray());
            run.clear();
        }
    }

    /** The numbers of points, and −1 for a gap. */
    private static int[] kept(double[] x, double[]... values) {
        int size = x.length;
        int group = size <= MOST ? 1 : (size + MOST / PER_GROUP - 1) / (MOST / PER_GROUP);
        List<Integer> kept = new ArrayList<>();
        for (int from = 0; from < size; from += group) {
            keep(from, Math.min(size, from + group), kept::add, x, values);
        }
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void keep(int from, int to, IntConsumer kept, double[] x, double[]... values) {
        int lowest = -1;
        int highest = -1;
        boolean gap = false;
        for (int i = from; i < to; i++) {
            if (!isThere(i, x, values)) {
                gap = true;
            } else {
                lowest = lowest < 0 || values[0][i] < values[0][lowest] ? i : lowest;
                highest =
                        highest < 0 || values[values.length - 1][i] > values[values.length - 1][highest] ? i : highest;
            }
        }
        if (lowest >= 0) {
            kept.accept(Math.min(lowest, highest));
            if (lowest != highest) {
                kept.accept(Math.max(lowest, highest));
            }
        }
        if (gap) {
            kept.accept(-1);
        }
    }

    private static boolean isThere(int point, double[] x, double[]... values) {
        boolean there = Double.isFinite(x[point]);
        for (double[] each : values) {
            there &= Double.isFinite(each[point]);
        }
        return there;
    }
}
