package io.github.bn4j.engine.onednn;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;

/**
 * How a prediction is cut into parts that one thread each computes, which takes less time than threads that meet after each
 * kernel: a large batch into smaller ones, as examples do not need each other, and the layers of a single example
 * into groups of channels. A part of a batch is small enough that what a layer leaves for the next is found in the processor's caches.
 *
 * @param examples number of examples in a part, which divides the batch
 * @param settings of its lanes
 */
record Cut(int examples, Settings settings) {

    /** What stayed in the caches of two cores beside each other, in numbers. */
    private static final long CACHED = (6L << 20) / Float.BYTES;

    /** With fewer examples, kernels have too little to do. */
    private static final int FEWEST = 4;

    /** To wait for the other parts takes as long as this many products. */
    private static final long WORTH_A_THREAD = 1 << 20;

    /** Larger examples are left to several threads in each layer, whatever its kind. */
    private static final long LARGE = 1 << 17;

    /** How a batch is cut, if at all. */
    static Cut of(Graph graph, int batch, Settings settings) {
        long weights = 0;
        for (Parameter parameter : graph.parameters()) {
            weights += parameter.shape().size();
        }
        long products = 0;
        long widest = 1;
        for (Node node : graph.nodes()) {
            long width = node.output().shape().size();
            for (Value input : node.inputs()) {
                width += input.shape().size();
            }
            widest = Math.max(widest, width);
            products += products(node);
        }
        if (batch == 1) {
            boolean small = settings.tuning() != null || widest > LARGE || products < WORTH_A_THREAD;
            return new Cut(1, small ? settings : settings.inParts());
        }
        int most = (int) Math.min(batch / settings.threads(), (CACHED - weights) / widest);
        for (int size = most; size >= FEWEST && size * products >= WORTH_A_THREAD; size--) {
            if (batch % (size * settings.threads()) == 0) {
                return new Cut(size, settings.inParts());
            }
        }
        return new Cut(batch, settings);
    }

    private static long products(Node node) {
        long places =
                node.output().shape().size() / Math.max(1, node.output().shape().dim(0));
        long products = 0;
        for (Parameter parameter : node.parameters()) {
            products += parameter.shape().size() * places;
        }
        return products;
    }

    /** The same cut for one thread, which computes the same bits. */
    Cut ofOneThread() {
        return new Cut(examples, settings.ofOneThread());
    }

    /** How many parts are computed at once. */
    int lanes(int batch) {
        return settings.atOnce() ? Math.min(settings.parts(), batch / examples) : 1;
    }
}
