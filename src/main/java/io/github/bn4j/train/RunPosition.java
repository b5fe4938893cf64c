package io.github.bn4j.train;

/**
 * Where a run is, between two steps. Order, masks and augmentation follow from it.
 *
 * @param training the number of the training among those of the network, from 0
 * @param before the number of epochs of the training before this {@code fit}
 * @param epoch the number of the last epoch with a step
 * @param steps how many steps the training has taken
 * @param runs how many runs of the engine it took for them
 * @param optimizerSteps how many steps the optimiser counts
 */
record RunPosition(long training, int before, int epoch, long steps, long runs, long optimizerSteps) {}
