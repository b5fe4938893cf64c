package io.github.bn4j.checkpoint;

import org.jspecify.annotations.Nullable;

/** A file cannot be loaded, or a network cannot be saved; the message says what is wrong and what to do. */
public final class CheckpointException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /** A refusal in one sentence. */
    public CheckpointException(String message) {
        super(message);
    }

    CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
