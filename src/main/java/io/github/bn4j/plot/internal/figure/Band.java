package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * What lies between two lines, with gaps where one of them is NaN or infinite.
 *
 * @param x in order. Not modified.
 * @param low as many. Not modified.
 * @param high as many. Not modified.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Band(String name, Ink ink, double[] x, double[] low, double[] high) implements Series {

    public Band {
        checkArgument(
                x.length == low.length && x.length == high.length,
                "Band expects as many values as x but got %s and %s for %s",
                low.length,
                high.length,
                x.length);
    }

    @Override
    public double[] y() {
        return DoubleStream.concat(Arrays.stream(low), Arrays.stream(high)).toArray();
    }

    @Override
    public void draw(Canvas canvas, Frame frame) {
        for (int[] run : Runs.of(x, low, high)) {
            int size = run.length;
            double[] across = new double[2 * size];
            double[] down = new double[2 * size];
            for (int i = 0; i < size; i++) {
                across[i] = frame.x(x[run[i]]);
                down[i] = frame.y(low[run[i]]);
                across[2 * size - 1 - i] = across[i];
                down[2 * size - 1 - i] = frame.y(high[run[i]]);
            }
            canvas.area(ink, across, down);
        }
    }

    @Override
    public void sample(Canvas canvas, double left, double middle, double width) {
        double top = middle - 5;
        double bottom = middle + 5;
        canvas.area(
                ink, new double[] {left, left + width, left + width, left}, new double[] {top, top, bottom, bottom});
    }
}
