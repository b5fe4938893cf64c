package io.github.bn4j.plot.internal.figure;

/** A part of a figure, which can stand alone. */
public interface Panel {

    /** What it shows, in a few words. */
    String title();

    /** In pixels. */
    double width();

    /** In pixels. */
    double height();

    /** Draws within its width and height. */
    void draw(Canvas canvas);
}
