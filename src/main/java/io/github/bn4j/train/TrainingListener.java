package io.github.bn4j.train;

/** Is told how a training goes; called by the thread that trains. Every method does nothing unless overridden. */
public interface TrainingListener {

    /**
     * Before the first step.
     *
     * @param epochs number of passes of this {@code fit}
     * @param stepsPerEpoch number of batches in each
     */
    default void onStart(int epochs, int stepsPerEpoch) {}

    /**
     * After each step.
     *
     * @param epoch from 1 in each training, and on through all its fits
     * @param step from 1 in each epoch
     * @param loss mean loss of the batch
     */
    default void onStep(int epoch, int step, double loss) {}

    /** After each epoch. */
    default void onEpoch(Epoch epoch) {}

    /** At the end, also when the training fails. */
    default void onEnd() {}
}
