package io.github.bn4j.graph;

/** What becomes of a positive scale per channel that arrives at an input of an op, in training mode. */
public enum ScaleEffect {
    /** The output is scaled alike, channel by channel: {@code f(s x) = s f(x)}. */
    PASSES,
    /** It disappears, up to epsilon, because the op divides by the size of each channel. */
    ABSORBED,
    /** Nothing can be said of the output. */
    BLOCKED
}
