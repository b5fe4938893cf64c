package io.github.bn4j.engine;

import org.jspecify.annotations.Nullable;

/** Those who compute together cannot go on, because one of them has failed, is gone or does something else. */
public final class CollectiveException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CollectiveException(String message) {
        super(message);
    }

    public CollectiveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
