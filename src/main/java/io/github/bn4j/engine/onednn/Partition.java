package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Shape;

/**
 * How a prediction is cut into parts that one thread each computes, which takes less time than threads that meet in every kernel: a
 * batch into smaller ones, as examples do not need each other; the layers of a single example into rows and units. A part of a
 * batch is small enough that what a layer leaves for the next is found in the processor's caches.
 *
 * @param examples number of examples in a part, which divides the batch
 * @param settings of its lanes
 */
record Partition(int examples, ProgramSettings settings) {

    /** What stayed in the caches of two cores beside each other, in numbers. */
    private static final long CACHED = (6L << 20) / Float.BYTES;

    /** With fewer examples, kernels have too little to do. */
    private static final int FEWEST = 4;

    /** A part with fewer products is not worth a thread. */
    private static final long WORTH_A_THREAD = 1 << 20;

    /** Larger examples are left to several threads in each layer, whatever its kind. */
    private static final long LARGE = 1 << 17;

    /** How a batch is divided, if at all. */
    static Partition of(Graph graph, int batch, ProgramSettings settings) {
        long weights = 0;
        for (Parameter parameter : graph.parameters()) {
            weights += parameter.shape().size();
        }
        long products = 0;
        long widest = 1;
        for (Node node : graph.nodes()) {
            products += products(node);
            widest = Math.max(widest, width(node));
        }
        if (batch == 1) {
            boolean cuts = products >= WORTH_A_THREAD && widest <= LARGE && settings.tuning() == null;
            return new Partition(1, cuts ? settings.inParts() : settings);
        }
        int most = (int) Math.min(batch / settings.threads(), (CACHED - weights) / widest);
        for (int size = most; size >= FEWEST && size * products >= WORTH_A_THREAD; size--) {
            if (batch % (size * settings.threads()) == 0) {
                return new Partition(size, settings.inParts());
            }
        }
        return new Partition(batch, settings);
    }

    /* How often weights are multiplied: once for each place of the output's image. */
    private static long products(Node node) {
        Shape shape = node.output().shape();
        long places = shape.rank() == 0 ? 1 : shape.size() / shape.dim(0);
        return places
                * node.parameters().stream()
                        .mapToLong(parameter -> parameter.shape().size())
                        .sum();
    }

    /* How many numbers are read and written. */
    private static long width(Node node) {
        return node.output().shape().size()
                + node.inputs().stream()
                        .mapToLong(input -> input.shape().size())
                        .sum();
    }

    /** The same partition for one thread, which computes the same bits. */
    Partition ofOneThread() {
        return new Partition(examples, settings.ofOneThread());
    }

    /** How many parts are computed at once. */
    int lanes(int batch) {
        return settings.atOnce() ? Math.min(settings.parts(), batch / examples) : 1;
    }
}
