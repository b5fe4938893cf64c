package io.github.bn4j.engine;

import io.github.bn4j.internal.Tensors;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A compiled prediction for one graph and batch size, by the values that the parameters have when it is compiled and at each
 * {@link #refresh}. May be used by several threads.
 */
public interface InferenceProgram extends AutoCloseable {

    /**
     * Runs forward.
     *
     * @param inputs one array per graph input, {@code [batch, shape]}. Not modified.
     * @return one array per graph output, which the caller owns
     */
    List<INDArray> run(INDArray... inputs);

    /**
     * Runs forward on examples of the only input that lie in an array of Java.
     *
     * @param examples their numbers in row-major order, of a network in float32. Not modified.
     * @param shape {@code [batch, shape]}
     * @return the numbers of each graph output, {@code [batch, shape]} in row-major order, which the caller owns
     */
    default List<float[]> run(float[] examples, long... shape) {
        return run(Tensors.of(examples, shape)).stream()
                .map(output -> Tensors.copy(output).data().asFloat())
                .toList();
    }

    /**
     * Another program for the same graph and parameters, to run at the same time as this one and its other copies, with the same
     * bits as results. Empty if there is none, or it would have to wait for this one; the caller closes it.
     */
    default Optional<InferenceProgram> copy() {
        return Optional.empty();
    }

    /** Takes in the present values of the parameters; an engine that reads them where they are may have done so before. */
    void refresh();

    @Override
    void close();
}
