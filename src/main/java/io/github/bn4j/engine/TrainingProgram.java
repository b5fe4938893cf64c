package io.github.bn4j.engine;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A compiled training step for one graph and batch size. Used by one thread at a time. */
public interface TrainingProgram extends AutoCloseable {

    /**
     * Runs forward and backward. Leaves the gradient of the mean loss in the gradient vector of the parameters, and what
     * each batch normalisation measured in {@link #statistics}; changes no parameter and no running average.
     *
     * @param step number of the step, which random masks depend on
     * @param inputs one array per graph input, {@code [batch, shape]}. Not modified.
     * @return the loss, averaged over the batch
     */
    double step(long step, INDArray... inputs);

    /** The outputs of the last step after the loss, as copies. */
    List<INDArray> outputs();

    /** What each call of a batch normalisation measured in the last step; the arrays are reused by the next one. */
    List<BatchStatistics> statistics();

    @Override
    void close();
}
