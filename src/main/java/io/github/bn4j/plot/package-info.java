/**
 * Pictures of trainings, reports and arrays, as SVG, as pixels or in a window: {@link io.github.bn4j.plot.Picture}. For what is drawn there
 * is a figure, made of the data by one class for each kind of data, and drawn the same way in each form.
 */
@NullMarked
package io.github.bn4j.plot;

import org.jspecify.annotations.NullMarked;
