package io.github.bn4j.bias;

/** Why a constant added at one place of a network can or cannot change an output in training. */
public enum Rule {
    /** It cannot: on every path, an operation subtracts it again. */
    CANCELLED,
    /** It cannot: no path leads to an output. */
    UNUSED,
    /** It can: on some path, an operation makes something else of it than a constant that can be cancelled later. */
    BLOCKED,
    /** It can: on some path, an output shows it. */
    SHOWN;

    /** Whether no value of the constant changes any output. */
    public boolean redundant() {
        return this == CANCELLED || this == UNUSED;
    }
}
