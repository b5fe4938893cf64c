package io.github.bn4j.graph;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one call of an op measured in a training step, over all batches of the step and all parts of a batch.
 *
 * @param mean mean of each channel
 * @param variance biased variance of each channel
 * @param count number of values, or sum of weights, behind each variance
 */
public record Measured(INDArray mean, INDArray variance, double count) {}
