package io.github.bn4j;

import io.github.bn4j.norm.FoldReport;

/**
 * What {@link Network#fold()} gives. Prints as the report.
 *
 * @param network computes the same predictions with fewer batch normalisations
 * @param report what went where, what stayed and why, and how far the predictions differ
 */
public record FoldedNetwork(Network network, FoldReport report) {

    /**
     * The largest difference of an element of an output on the probe batch, as a share of the largest element of that output.
     */
    public double relativeError() {
        return report.relativeError();
    }

    @Override
    public String toString() {
        return report.toString();
    }
}
