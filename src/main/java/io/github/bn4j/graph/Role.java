package io.github.bn4j.graph;

/** What a parameter is for; whoever treats parameters differently asks this, never the name. */
public enum Role {
    /** Changed by the optimiser, unless it is frozen. */
    TRAINABLE,
    /** Not changed by the optimiser: running statistics. */
    STATE
}
