package io.github.bn4j.engine;

import io.github.bn4j.graph.Node;
import io.github.bn4j.internal.Tensors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one call of an op measured in a training step: a batch normalisation, or an op of a stranger.
 *
 * @param node the call
 * @param mean batch mean of each channel
 * @param variance biased variance of each channel; with ghost batches the mean of theirs
 * @param count number of values behind each variance: per channel in the batch, or on average in a ghost batch; the sum of
 *     their weights where they are weighted
 */
public record BatchStatistics(Node node, INDArray mean, INDArray variance, double count) {

    /** The same numbers in arrays that the next step leaves alone. */
    public BatchStatistics copy() {
        return new BatchStatistics(node, Tensors.copy(mean), Tensors.copy(variance), count);
    }
}
