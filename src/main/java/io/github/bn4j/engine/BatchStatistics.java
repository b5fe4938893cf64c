package io.github.bn4j.engine;

import io.github.bn4j.graph.Node;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one call of a batch normalisation measured in a training step.
 *
 * @param node the call
 * @param mean batch mean of each channel
 * @param variance biased batch variance of each channel
 * @param count number of values per channel that both were taken over
 */
public record BatchStatistics(Node node, INDArray mean, INDArray variance, long count) {}
