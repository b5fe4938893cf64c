package io.github.bn4j.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is being read, for messages.
 *
 * @param who who reads it
 * @param name of the file, in quotes, or other words for what it is
 */
record FileSource(String who, String name) {

    /** A network's file. */
    FileSource(Path path) {
        this("Network.load", path);
    }

    FileSource(String who, Path path) {
        this(who, "\"" + path + "\"");
    }

    CheckpointException damaged(String expected, Object actual) {
        return damaged(expected, actual, null);
    }

    CheckpointException damaged(String expected, Object actual, @Nullable Throwable cause) {
        return wrong(expected, actual, "the file is damaged, use another copy", cause);
    }

    CheckpointException wrong(String expected, Object actual, String advice, @Nullable Throwable cause) {
        String message = who + " expects " + expected + " in " + name + " but got " + actual + "; " + advice;
        return new CheckpointException(message, cause);
    }
}
