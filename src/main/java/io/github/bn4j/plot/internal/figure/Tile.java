package io.github.bn4j.plot.internal.figure;

/**
 * An image of an {@link ImageGrid}.
 *
 * @param caption what is written below it; empty for nothing
 * @param ink of the caption
 */
public record Tile(Raster image, String caption, Ink ink) {}
