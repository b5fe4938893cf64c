package io.github.bn4j.train;

/**
 * What a training has counted after a step.
 *
 * @param runs how many runs of the engine it took so far
 * @param optimizerSteps how many steps the optimiser counts
 * @param lossSum the sum of the losses of the epoch that is under way, each times what its step counts
 * @param counted the sum of what the steps of that epoch count
 */
record StepCounts(long runs, long optimizerSteps, double lossSum, double counted) {}
