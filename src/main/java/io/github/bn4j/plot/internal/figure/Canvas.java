package io.github.bn4j.plot.internal.figure;

import java.util.function.Consumer;

/** Where a panel draws itself: x grows to the right and y downwards, in pixels, all finite. */
public interface Canvas {

    /**
     * A filled rectangle.
     *
     * @param opacity from 0 to 1
     * @param hint what a reader who points at it is told; empty for nothing
     */
    void box(Ink ink, double opacity, double x, double y, double width, double height, String hint);

    /** Straight lines from point to point. */
    void line(Ink ink, double width, boolean dashed, double[] x, double[] y);

    /** What a closed line encloses, faintly. */
    void area(Ink ink, double[] x, double[] y);

    /** A circle, filled or as a ring. */
    void dot(Ink ink, double x, double y, double radius, boolean filled);

    /** A line of text on a base line. */
    void text(String text, double x, double y, Lettering lettering);

    /** Pixels, stretched without smoothing. */
    void image(Raster image, double x, double y, double width, double height, String hint);

    /** What is drawn with another origin. */
    void shifted(double x, double y, Consumer<Canvas> content);
}
