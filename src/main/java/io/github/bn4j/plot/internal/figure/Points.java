package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

/**
 * Points one by one; none where a value is NaN or infinite.
 *
 * @param filled else rings, which leave visible what is below them
 * @param x in any order. Not modified.
 * @param y as many. Not modified.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Points(String name, Ink ink, boolean filled, double[] x, double[] y) implements Series {

    private static final double RADIUS = 3;

    public Points {
        checkArgument(x.length == y.length, "Points expects as many y as x but got %s and %s", y.length, x.length);
    }

    @Override
    public void draw(Canvas canvas, Frame frame) {
        double radius = x.length > 64 ? RADIUS / 1.5 : RADIUS;
        for (int[] run : Runs.of(x, y)) {
            for (int i : run) {
                canvas.dot(ink, frame.x(x[i]), frame.y(y[i]), filled ? radius : radius + 1, filled);
            }
        }
    }

    @Override
    public void sample(Canvas canvas, double left, double middle, double width) {
        canvas.dot(ink, left + width / 2, middle, filled ? RADIUS : RADIUS + 1, filled);
    }
}
