package io.github.bn4j.plot.internal.figure;

/** Which point of a line of text is where it is put. */
public enum Anchor {
    START,
    MIDDLE,
    END
}
