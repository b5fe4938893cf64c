package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Features brought to mean 0 and standard deviation 1, by the statistics of the training data alone:
 * {@code y = (x − mean) / deviation}, per feature of {@code [examples, features]} and per channel of {@code [examples,
 * channels, …]}. The deviation is the biased one; where it is 0, a constant feature, {@code y} is 0.
 *
 * <p>All arithmetic is in float64, the statistics in two passes, so features far from 0 keep their digits.
 */
public final class Standardization {

    private final double[] means;
    private final double[] deviations;

    private Standardization(double[] means, double[] deviations) {
        this.means = means;
        this.deviations = deviations;
    }

    /**
     * Measures the only input of {@code data}.
     *
     * @throws IllegalArgumentException if its features are single numbers
     */
    public static Standardization fit(Dataset data) {
        checkGiven(data, "Standardization", "a Dataset");
        INDArray features = data.features();
        checkArgument(
                features.rank() >= 2,
                "Standardization expects features [examples, features, …] but got %s; reshape them",
                Arrays.toString(features.shape()));
        int channels = (int) features.size(1);
        Numbers numbers = new Numbers(features);
        int inner = numbers.length() / data.size() / channels;
        double[] means = new double[channels];
        double[] deviations = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            // Sums of differences from the first number: exact for a constant, and small where all are far from 0.
            double first = numbers.get(channel * inner);
            double count = (double) data.size() * inner;
            double mean = first + sum(numbers, channel, channels, inner, x -> x - first) / count;
            double variance = sum(numbers, channel, channels, inner, x -> (x - mean) * (x - mean)) / count;
            means[channel] = mean;
            deviations[channel] = Math.sqrt(variance);
        }
        return new Standardization(means, deviations);
    }

    private static double sum(Numbers numbers, int channel, int channels, int inner, DoubleUnaryOperator term) {
        double sum = 0;
        for (int start = channel * inner; start < numbers.length(); start += channels * inner) {
            for (int i = start; i < start + inner; i++) {
                sum += term.applyAsDouble(numbers.get(i));
            }
        }
        return sum;
    }

    /** The means, one per feature or channel. */
    public double[] means() {
        return means.clone();
    }

    /** The standard deviations, one per feature or channel. */
    public double[] deviations() {
        return deviations.clone();
    }

    /** The same examples with standardised features. */
    public Dataset apply(Dataset data) {
        checkGiven(data, "Standardization", "a Dataset");
        String name = data.inputs().keySet().iterator().next();
        INDArray standardized = apply(data.features());
        return data.withInputs(Map.of(name, standardized));
    }

    /**
     * Standardised features.
     *
     * @param features shaped like those measured. Not modified.
     */
    public INDArray apply(INDArray features) {
        return map(features, (x, channel) -> deviations[channel] == 0 ? 0 : (x - means[channel]) / deviations[channel]);
    }

    /**
     * What {@link #apply(INDArray)} was given, but for rounding.
     *
     * @param standardized features. Not modified.
     */
    public INDArray invert(INDArray standardized) {
        return map(standardized, (y, channel) -> y * deviations[channel] + means[channel]);
    }

    @FunctionalInterface
    private interface Change {
        double apply(double value, int channel);
    }

    private INDArray map(INDArray array, Change change) {
        checkGiven(array, "Standardization", "an array of features");
        checkArgument(
                array.rank() >= 2 && array.size(1) == means.length,
                "Standardization expects features [examples, %s, …] but got %s; give it data like those it was fitted to",
                means.length,
                Arrays.toString(array.shape()));
        DataType type = array.dataType().isFPType() ? array.dataType() : DataType.FLOAT;
        INDArray result = Tensors.zeros(type, array.shape());
        Numbers from = new Numbers(array);
        int inner = (int) (array.length() / array.size(0) / array.size(1));
        if (type == DataType.FLOAT) {
            FloatBuffer to = HostMemory.floats(result);
            for (int i = 0; i < from.length(); i++) {
                to.put(i, (float) change.apply(from.get(i), i / inner % means.length));
            }
            HostMemory.put(to, result);
            return result;
        }
        double[] to = new double[from.length()];
        for (int i = 0; i < to.length; i++) {
            to[i] = change.apply(from.get(i), i / inner % means.length);
        }
        return Tensors.of(type, to, array.shape());
    }

    /** Elements in row-major order: in place where they are float32, else copied. */
    private static final class Numbers {

        private final FloatBuffer floats;
        private final double[] doubles;
        private final int length;

        Numbers(INDArray array) {
            boolean direct = Floats.areDense(array);
            length = Math.toIntExact(array.length());
            floats = direct ? HostMemory.floats(array) : FloatBuffer.allocate(0);
            doubles = direct ? new double[0] : Floats.values(array);
        }

        int length() {
            return length;
        }

        double get(int index) {
            return doubles.length == 0 ? floats.get(index) : doubles[index];
        }
    }

    @Override
    public String toString() {
        return "Standardization[means " + Arrays.toString(means) + ", deviations " + Arrays.toString(deviations) + "]";
    }
}
