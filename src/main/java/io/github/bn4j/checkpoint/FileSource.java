package io.github.bn4j.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The file that is being read, for messages.
 *
 * @param who who reads it
 */
record FileSource(String who, Path path) {

    /** A network's file. */
    FileSource(Path path) {
        this("Network.load", path);
    }

    CheckpointException damaged(String expected, Object actual) {
        return damaged(expected, actual, null);
    }

    CheckpointException damaged(String expected, Object actual, @Nullable Throwable cause) {
        return wrong(expected, actual, "the file is damaged, use another copy", cause);
    }

    CheckpointException wrong(String expected, Object actual, String advice, @Nullable Throwable cause) {
        String message = who + " expects " + expected + " in \"" + path + "\" but got " + actual + "; " + advice;
        return new CheckpointException(message, cause);
    }
}
