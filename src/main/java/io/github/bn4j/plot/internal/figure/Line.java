package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Arrays;
import java.util.List;

/**
 * A line from point to point, with gaps where a value is NaN or infinite. Few points are marked one by one.
 *
 * @param x in order. Not modified.
 * @param y as many. Not modified.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Line(String name, Ink ink, boolean dashed, double[] x, double[] y) implements Series {

    private static final int FEW = 20;
    private static final double WIDTH = 2;

    public Line {
        checkArgument(x.length == y.length, "Line expects as many y as x but got %s and %s", y.length, x.length);
    }

    /** A line without dashes. */
    public static Line of(String name, Ink ink, double[] x, double[] y) {
        return new Line(name, ink, false, x, y);
    }

    @Override
    public void draw(Canvas canvas, Frame frame) {
        List<int[]> runs = Runs.of(x, y);
        boolean few = runs.stream().mapToInt(run -> run.length).sum() <= FEW;
        for (int[] run : runs) {
            double[] across = Arrays.stream(run).mapToDouble(i -> frame.x(x[i])).toArray();
            double[] down = Arrays.stream(run).mapToDouble(i -> frame.y(y[i])).toArray();
            if (run.length > 1) {
                canvas.line(ink, WIDTH, dashed, across, down);
            }
            for (int i = 0; i < run.length && (few || run.length == 1); i++) {
                canvas.dot(ink, across[i], down[i], 2.5, true);
            }
        }
    }

    @Override
    public void sample(Canvas canvas, double left, double middle, double width) {
        canvas.line(ink, WIDTH, dashed, new double[] {left, left + width}, new double[] {middle, middle});
    }
}
