package io.github.bn4j.graph;

/**
 * How the values of a batch can differ from what they would have been, when a constant was added somewhere before them.
 * Each state contains the ones above it.
 */
public enum Shift {
    /** Not at all. */
    NONE,
    /** By one constant, the same for every element of every example. */
    UNIFORM,
    /** By one constant per channel (axis 0 of the example), the same for all positions and all examples. */
    PER_CHANNEL,
    /** By one constant per element of the example, the same for all examples. */
    PER_POSITION,
    /** In any way. */
    ANY;

    /** The smallest state that contains both. */
    public Shift join(Shift other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /**
     * The smallest state that says the same of a value of this shape: with one position, positions are channels; with one
     * channel, all elements are alike.
     */
    public Shift of(Shape shape) {
        long channels = shape.rank() == 0 ? 1 : shape.dim(0);
        if (this == PER_POSITION && shape.size() == channels) {
            return PER_CHANNEL.of(shape);
        }
        return this == PER_CHANNEL && channels == 1 ? UNIFORM : this;
    }
}
