package io.github.bn4j.bias;

/** What can be found about the shifts of a network that is worth a change. */
public enum BiasFinding {
    /** The network has a bias that no output depends on in training. */
    POINTLESS_BIAS,
    /** The network has a beta that a later normalisation cancels. It is never dropped by itself. */
    POINTLESS_BETA,
    /** No bias, and no learned shift behind it before an activation or output. */
    MISSING_SHIFT,
    /** A bias was left out because it was cancelled, and the network has been changed since, so that it is not. */
    NO_LONGER_CANCELLED
}
