package io.github.bn4j.bias;

/**
 * Something about the shifts of a network that is worth a change.
 *
 * @param kind what it is
 * @param layer path of the layer that it is about
 * @param parameter name of the bias or beta that it is about, whether the network has it or not
 * @param size number of elements of that parameter
 * @param text what is the matter and what to do, in a sentence without a full stop
 */
public record Finding(Kind kind, String layer, String parameter, long size, String text) {

    /** What can be found. */
    public enum Kind {
        /** The network has a bias that no output depends on in training. */
        POINTLESS_BIAS,
        /** The network has a beta that a later normalisation cancels. It is never dropped by itself. */
        POINTLESS_BETA,
        /** No bias, and no learned shift behind it before an activation or output. */
        MISSING_SHIFT,
        /** A bias was left out because it was cancelled, and the network has been changed since, so that it is not. */
        NO_LONGER_CANCELLED
    }

    @Override
    public String toString() {
        return text;
    }
}
