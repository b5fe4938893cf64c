package io.github.bn4j.graph;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an op's backward pass yields.
 *
 * @param inputs gradient by each input, batch axis first
 * @param parameters gradient by each trainable parameter, summed over the batch; empty where none is trained
 */
public record Gradients(List<INDArray> inputs, List<INDArray> parameters) {

    /** Gradients by the inputs, of an op without trainable parameters. */
    public static Gradients of(INDArray... inputs) {
        return new Gradients(List.of(inputs), List.of());
    }

    /** Adds the gradients by the trainable parameters, each of the shape of its parameter and summed over the batch. */
    public Gradients parameters(INDArray... gradients) {
        return new Gradients(inputs, List.of(gradients));
    }
}
