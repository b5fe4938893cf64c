package io.github.bn4j.engine.replica;

import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How the parts of a batch get to know the sums that they need of each other. */
interface Lockstep extends AutoCloseable {

    /** Whether parts run at the same time, so that each needs a gradient vector of its own. */
    boolean atOnce();

    /**
     * Runs a step of all parts.
     *
     * @param done told of each part, in order, when its gradients are there to be taken
     * @param inputs the whole batch. Not modified.
     * @return one result per part
     */
    List<Replica.Result> run(List<Replica> parts, long seed, Consumer<Replica> done, INDArray... inputs);

    @Override
    void close();
}
