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

    /** The same with gradients by the trainable parameters. */
    public Gradients parameters(INDArray... gradients) {
        return new Gradients(inputs, List.of(gradients));
    }
}
