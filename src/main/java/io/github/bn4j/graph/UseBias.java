package io.github.bn4j.graph;

/** Whether a layer has a bias. */
public enum UseBias {
    /** Keep the bias only where it can change an output of the network; decided when the network is built. */
    AUTO,
    /** Keep the bias, even where it is pointless; the report says so. */
    ON,
    /** No bias. */
    OFF;

    /** {@link #ON} or {@link #OFF}. */
    public static UseBias of(boolean useBias) {
        return useBias ? ON : OFF;
    }
}
