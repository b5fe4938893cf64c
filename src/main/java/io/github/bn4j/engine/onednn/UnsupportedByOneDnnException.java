package io.github.bn4j.engine.onednn;

/** Says that oneDNN has nothing for what was asked; reference arithmetic takes its place. */
final class UnsupportedByOneDnnException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnsupportedByOneDnnException(String message) {
        super(message);
    }
}
