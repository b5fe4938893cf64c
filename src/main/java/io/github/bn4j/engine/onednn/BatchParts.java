package io.github.bn4j.engine.onednn;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;

/**
 * How many examples of a prediction are computed at once. What a layer leaves for the next is found in the processor's caches if it
 * is not too large, and examples do not need each other; so a large batch is computed in equal parts, a tenth faster.
 */
final class BatchParts {

    /** What stayed in the caches of two cores beside each other, in bytes. */
    private static final long CACHED = 6L << 20;

    /** With fewer, kernels have too little to do. */
    private static final int FEWEST = 8;

    private BatchParts() {}

    /** The size of the parts of a batch, which divides it: the batch itself if no part fits the caches. */
    static int size(Graph graph, int batch) {
        long weights = 0;
        for (Parameter parameter : graph.parameters()) {
            weights += parameter.shape().size();
        }
        long widest = 1;
        for (Node node : graph.nodes()) {
            long width = node.output().shape().size();
            for (Value input : node.inputs()) {
                width += input.shape().size();
            }
            widest = Math.max(widest, width);
        }
        long most = Math.min(batch, (CACHED / Float.BYTES - weights) / widest);
        for (int size = (int) most; size >= FEWEST; size--) {
            if (batch % size == 0) {
                return size;
            }
        }
        return batch;
    }
}
