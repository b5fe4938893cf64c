package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a run is given: for each input the numbers of one batch after another, in row-major order.
 *
 * @param inputs in the order of the graph. Not modified.
 * @param owners arrays whose memory that is, which must not be collected before it has been read
 * @param refusal throws what is to be said if some numbers are not finite
 */
record Examples(List<FloatBuffer> inputs, List<INDArray> owners, Runnable refusal) {

    /** Those in arrays, which are copied where they are no dense arrays of float32. */
    static Examples of(Graph graph, INDArray... arrays) {
        List<FloatBuffer> inputs = new ArrayList<>(arrays.length);
        List<INDArray> owners = new ArrayList<>(arrays.length);
        for (INDArray array : arrays) {
            INDArray dense = Tensors.dense(array, DataType.FLOAT);
            owners.add(dense);
            inputs.add(HostMemory.floats(dense));
        }
        return new Examples(inputs, owners, () -> Finiteness.requireInputs(graph, DataType.FLOAT, arrays));
    }

    /** Those of the only input in an array of Java, of the given shape. */
    static Examples of(Graph graph, float[] numbers, long... shape) {
        return new Examples(
                List.of(FloatBuffer.wrap(numbers)),
                List.of(),
                () -> Finiteness.requireInputs(graph, DataType.FLOAT, Tensors.of(numbers, shape)));
    }
}
