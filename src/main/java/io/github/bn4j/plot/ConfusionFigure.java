package io.github.bn4j.plot;

import io.github.bn4j.plot.internal.figure.Cell;
import io.github.bn4j.plot.internal.figure.Figure;
import io.github.bn4j.plot.internal.figure.HeatMap;
import io.github.bn4j.plot.internal.figure.Ink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often each class was taken for each: what is right in blue, mistakes in orange, by their share of the class. Mistakes are drawn
 * stronger than in proportion, as the few of them are what one looks for.
 *
 * @param counts a row for each class, a column for what it was taken for
 * @param names of the classes; by their numbers where there are none
 */
@SuppressWarnings("ArrayRecordComponent")
record ConfusionFigure(int[][] counts, List<String> names) {

    private static final int MOST_WITH_COUNTS = 20;

    Figure figure() {
        List<List<Cell>> cells = new ArrayList<>();
        for (int row = 0; row < counts.length; row++) {
            int actual = row;
            long all = Arrays.stream(counts[row]).asLongStream().sum();
            cells.add(IntStream.range(0, counts.length)
                    .mapToObj(told -> cell(actual, told, all))
                    .toList());
        }
        List<String> all =
                IntStream.range(0, counts.length).mapToObj(this::name).toList();
        return Figure.of(new HeatMap("confusion matrix", cells, all, all, "class ↓", "taken for →", Double.NaN));
    }

    private Cell cell(int actual, int told, long all) {
        int count = counts[actual][told];
        if (count == 0) {
            return new Cell(Ink.BLUE, 0, "", "");
        }
        double share = (double) count / all;
        boolean right = actual == told;
        boolean small = counts.length <= MOST_WITH_COUNTS;
        String hint = String.format(
                Locale.ROOT, "%s taken for %s: %d of %d, %.1f %%", name(actual), name(told), count, all, 100 * share);
        String text = Integer.toString(count);
        double opacity = right ? 0.1 + 0.75 * share : 0.25 + 0.7 * Math.sqrt(share);
        return new Cell(right ? Ink.BLUE : Ink.ORANGE, opacity, small ? text : "", small ? hint : "");
    }

    private String name(int number) {
        return number < names.size() ? names.get(number) : Integer.toString(number);
    }
}
