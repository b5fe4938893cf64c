package io.github.bn4j.graph;

/**
 * How the values of a batch can differ from what they would have been, when a constant was added somewhere before them.
 * Each state contains the ones above it.
 */
public enum Shift {
    /** Not at all. */
    NONE,
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

    /** Whether everything that {@code other} allows is allowed here too. */
    public boolean contains(Shift other) {
        return compareTo(other) >= 0;
    }

    /** The smallest state that says the same of a value of this shape: without positions, positions are channels. */
    public Shift of(Shape shape) {
        return this == PER_POSITION && shape.rank() <= 1 ? PER_CHANNEL : this;
    }
}
