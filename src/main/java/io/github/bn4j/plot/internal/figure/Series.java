package io.github.bn4j.plot.internal.figure;

/** Values in a chart, of one name and colour. */
public interface Series {

    /** What the legend calls it; empty for what has no place there. */
    String name();

    /** Its colour. */
    Ink ink();

    /** All values along the first axis. */
    double[] x();

    /** All values along the second axis. */
    double[] y();

    /** Draws them. */
    void draw(Canvas canvas, Frame frame);

    /** Draws a sample for the legend, from {@code (x, y)} to the right. */
    void sample(Canvas canvas, double x, double y, double width);
}
