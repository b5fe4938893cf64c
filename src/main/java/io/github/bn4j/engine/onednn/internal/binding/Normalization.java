package io.github.bn4j.engine.onednn.internal.binding;

/**
 * One way to normalise a batch.
 *
 * @param training whether it will be differentiated
 * @param epsilon added to the variance
 * @param given whether mean and variance are arguments, not results
 * @param affine whether the channels are scaled and shifted
 * @param relu whether a ReLU is applied last
 */
public record Normalization(boolean training, float epsilon, boolean given, boolean affine, boolean relu) {

    /**
     * An argument that is a matrix [2, channels] of scale and shift, or one of its rows.
     *
     * @param number oneDNN's number of it
     * @param first its first row
     * @param count how many rows it has
     */
    public record Affine(int number, int first, int count) {}

    /** The same by statistics that are arguments, scaled and shifted. */
    public Normalization byGiven() {
        return new Normalization(training, epsilon, true, true, relu);
    }
}
