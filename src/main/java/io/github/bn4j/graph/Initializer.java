package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Random;

/** Where the first values of a parameter come from. Implementations are stateless; randomness comes in. */
@FunctionalInterface
public interface Initializer {

    /** The value of the next element, in row-major order. */
    double next(Random random);

    /** Every element {@code value}. */
    static Initializer constant(double value) {
        return random -> value;
    }

    /** Normal with mean 0 and standard deviation {@code standardDeviation}. */
    static Initializer normal(double standardDeviation) {
        return random -> standardDeviation * random.nextGaussian();
    }

    /** Uniform in {@code [-bound, bound)}. */
    static Initializer uniform(double bound) {
        return random -> bound * (2 * random.nextDouble() - 1);
    }

    /**
     * Normal with variance {@code 2 / fanIn}, which keeps the scale of activations through layers followed by ReLU (He
     * et al. 2015, Delving Deep into Rectifiers, section 2.2).
     *
     * @param fanIn number of inputs that each output sums over
     */
    static Initializer heNormal(long fanIn) {
        checkArgument(fanIn >= 1, "Initializer.heNormal expects a fan-in of at least 1 but got %s", fanIn);
        return normal(Math.sqrt(2.0 / fanIn));
    }

    /**
     * Uniform with variance {@code 2 / (fanIn + fanOut)}, for layers followed by sigmoid or tanh (Glorot and Bengio
     * 2010, Understanding the difficulty of training deep feedforward neural networks, equation 16).
     */
    static Initializer glorotUniform(long fanIn, long fanOut) {
        checkArgument(
                fanIn >= 1 && fanOut >= 1,
                "Initializer.glorotUniform expects a fan-in and fan-out of at least 1 but got %s and %s",
                fanIn,
                fanOut);
        return uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
    }
}
