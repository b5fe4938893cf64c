package io.github.bn4j.plot.internal.figure;

/**
 * A field of a {@link HeatMap}.
 *
 * @param opacity from 0, as if it was not there, to 1
 * @param text what is written in it; empty for nothing
 * @param hint what a reader who points at it is told; empty for nothing
 */
public record Cell(Ink ink, double opacity, String text, String hint) {

    /** A field of a value: blue above 0, orange below, the stronger the larger; nothing where it is NaN or infinite. */
    static Cell of(double value, double largest) {
        double opacity = Double.isFinite(value) && largest > 0 ? Math.abs(value / largest) : 0;
        return new Cell(value < 0 ? Ink.ORANGE : Ink.BLUE, Math.min(1, opacity), "", "");
    }

    /** Its colour and opacity as {@code 0xAARRGGBB}. */
    int argb() {
        return ((int) Math.round(255 * opacity) << 24) | ink.light();
    }
}
