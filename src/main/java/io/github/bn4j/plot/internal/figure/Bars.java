package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Bars from 0; none where a value is NaN or infinite.
 *
 * @param width of each, in units of the first axis
 * @param at the middle of each. Not modified.
 * @param heights as many. Not modified.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Bars(String name, Ink ink, double width, double[] at, double[] heights) implements Series {

    public Bars {
        checkArgument(
                at.length == heights.length,
                "Bars expects as many heights as x but got %s and %s",
                heights.length,
                at.length);
    }

    @Override
    public double[] x() {
        return Arrays.stream(at)
                .flatMap(middle -> DoubleStream.of(middle - width / 2, middle + width / 2))
                .toArray();
    }

    @Override
    public double[] y() {
        return DoubleStream.concat(DoubleStream.of(0), Arrays.stream(heights)).toArray();
    }

    @Override
    public void draw(Canvas canvas, Frame frame) {
        for (int i = 0; i < at.length; i++) {
            if (Double.isFinite(at[i]) && Double.isFinite(heights[i])) {
                double left = frame.x(at[i] - width / 2);
                double top = Math.min(frame.y(heights[i]), frame.y(0));
                canvas.box(
                        ink,
                        0.75,
                        left,
                        top,
                        frame.x(at[i] + width / 2) - left,
                        Math.max(frame.y(heights[i]), frame.y(0)) - top,
                        "");
            }
        }
    }

    @Override
    public void sample(Canvas canvas, double left, double middle, double sample) {
        canvas.box(ink, 0.75, left + sample / 2 - 5, middle - 5, 10, 10, "");
    }
}
