package io.github.bn4j.fuzz;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Two examples of random numbers for a network of which nobody knows what it takes. */
public final class FuzzedInputs {

    private static final int BATCH = 2;

    private FuzzedInputs() {}

    /**
     * An array for each input by name.
     *
     * @param most numbers of an example
     * @throws IllegalArgumentException if an example has more
     */
    public static Map<String, INDArray> of(Network net, Random random, int most) {
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        DataType type = net.parameters().type();
        net.graph().inputs().forEach((name, value) -> inputs.put(name, array(type, value.shape(), random, most)));
        return inputs;
    }

    private static INDArray array(DataType type, Shape shape, Random random, int most) {
        if (shape.size() > most) {
            throw new IllegalArgumentException(
                    String.format("fuzzer expects inputs of at most %,d numbers but got %s", most, shape));
        }
        return Tensors.of(type, random.doubles(BATCH * shape.size(), -1, 1).toArray(), shape.batched(BATCH));
    }
}
