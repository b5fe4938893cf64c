package io.github.bn4j.networks;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Random tensors, the same for the same seed. */
public final class Noise {

    private Noise() {}

    /** Numbers from −1 to 1. */
    public static INDArray uniform(DataType type, long seed, long... shape) {
        return uniform(type, new Random(seed), shape);
    }

    /** The next numbers from −1 to 1. */
    public static INDArray uniform(DataType type, Random random, long... shape) {
        return Tensors.of(type, random.doubles(Shape.of(shape).size(), -1, 1).toArray(), shape);
    }

    /** Normal numbers of mean 0 and variance 1. */
    public static INDArray normal(DataType type, long seed, long... shape) {
        Random random = new Random(seed);
        double[] drawn = new double[(int) Shape.of(shape).size()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.nextGaussian();
        }
        return Tensors.of(type, drawn, shape);
    }
}
