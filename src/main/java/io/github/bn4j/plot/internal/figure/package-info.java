/**
 * What pictures are made of, and how they are drawn.
 *
 * <p>A {@link io.github.bn4j.plot.internal.figure.Figure} is a grid of panels: a {@link io.github.bn4j.plot.internal.figure.Chart} of
 * lines, bands, points and bars on two axes, a {@link io.github.bn4j.plot.internal.figure.HeatMap} with names, an {@link
 * io.github.bn4j.plot.internal.figure.ImageGrid}. A panel says once what it looks like, on a {@link
 * io.github.bn4j.plot.internal.figure.Canvas}, of which there are two: one writes SVG, one paints pixels. A new kind of picture makes a
 * figure of its data and nothing else; a new kind of panel implements {@link io.github.bn4j.plot.internal.figure.Panel}.
 */
@NullMarked
package io.github.bn4j.plot.internal.figure;

import org.jspecify.annotations.NullMarked;
