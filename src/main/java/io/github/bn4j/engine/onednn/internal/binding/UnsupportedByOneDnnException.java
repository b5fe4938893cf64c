package io.github.bn4j.engine.onednn.internal.binding;

/** Says that oneDNN has nothing for what was asked; reference arithmetic takes its place. */
public final class UnsupportedByOneDnnException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UnsupportedByOneDnnException(String message) {
        super(message);
    }
}
