package io.github.bn4j.train;

import java.util.Optional;

/**
 * The end of a {@code fit}.
 *
 * @param run the one that ends
 * @param failure what it throws; empty if it returns its history
 */
public record EndEvent(TrainingRun run, Optional<Throwable> failure) {

    /** All epochs of the training so far. */
    public History history() {
        return run.history();
    }
}
