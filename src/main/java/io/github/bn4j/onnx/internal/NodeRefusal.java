package io.github.bn4j.onnx.internal;

/** Why a node cannot be part of a network. The import goes on to the others, so that all of them can be told at once. */
final class NodeRefusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** A reason in words, as in {@code expects … but got …; …}. */
    NodeRefusal(String reason) {
        super(reason, null, false, false);
    }
}
