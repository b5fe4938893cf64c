package io.github.bn4j.plot.internal.figure;

/**
 * An axis of a chart.
 *
 * @param title what it measures; empty for nothing
 */
public record Axis(String title, Scale scale) {}
