package io.github.bn4j.train;

import io.github.bn4j.graph.Parameters;

/**
 * An epoch of a training, right after it was judged.
 *
 * @param run the {@code fit} that it is an epoch of; its history ends with it
 * @param epoch what it brought
 * @param judged what it was judged by: see {@link TrainingListener#judged}
 */
public record EpochEvent(TrainingRun run, Epoch epoch, Parameters judged) {

    /** The epochs of the training so far, with this one. */
    public History history() {
        return run.history();
    }

    @Override
    public String toString() {
        return epoch.toString();
    }
}
