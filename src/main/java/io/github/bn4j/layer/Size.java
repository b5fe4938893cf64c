package io.github.bn4j.layer;

/**
 * A number of rows and a number of columns.
 *
 * @param height rows
 * @param width columns
 */
public record Size(int height, int width) {

    /** As many rows as columns. */
    public static Size square(int length) {
        return new Size(length, length);
    }

    boolean isAtLeast(int least) {
        return height >= least && width >= least;
    }

    @Override
    public String toString() {
        return height + "×" + width;
    }
}
