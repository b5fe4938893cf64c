package io.github.bn4j.spark.internal.mesh;

/** Another rank has failed, or does something else. The message is a whole sentence, for all ranks. */
final class PeerException extends Exception {

    private static final long serialVersionUID = 1;

    PeerException(String message) {
        super(message);
    }
}
