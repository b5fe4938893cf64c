package io.github.bn4j.train;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.replica.ReplicaEngine;
import io.github.bn4j.internal.Parts;
import java.io.Serializable;

/**
 * How many batches make one step of the optimiser.
 *
 * @param batches their number
 * @param whole whether their examples are normalised together, like one batch
 */
record Accumulation(int batches, boolean whole) implements Serializable {

    static final Accumulation NONE = new Accumulation(1, false);

    /** What runs the batches. */
    Engine engine(Engine usual, int batchSize) {
        return whole ? ReplicaEngine.inTurn(batchSize) : usual;
    }

    /** Sizes of the runs of the engine that make a step of so many examples. */
    int[] runs(int examples, int batchSize) {
        return whole ? new int[] {examples} : Parts.upTo(batchSize, examples);
    }

    @Override
    public String toString() {
        return batches + (whole ? " batches as one" : batches == 1 ? " batch" : " batches");
    }
}
