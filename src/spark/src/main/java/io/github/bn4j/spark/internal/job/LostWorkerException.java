package io.github.bn4j.spark.internal.job;

import org.jspecify.annotations.Nullable;

/** A job has come to nothing for reasons that may be gone the next time: an executor, or a connection between two, was lost. */
public final class LostWorkerException extends Exception {

    private static final long serialVersionUID = 1;

    LostWorkerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
