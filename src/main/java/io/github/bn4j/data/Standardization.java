package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Numbers;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.DoubleStream;
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
        Moments moments = new Moments((int) features.size(1));
        moments.add(features);
        double[] deviations =
                DoubleStream.of(moments.variances()).map(Math::sqrt).toArray();
        return new Standardization(moments.means(), deviations);
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

    @Override
    public String toString() {
        return "Standardization[means " + Arrays.toString(means) + ", deviations " + Arrays.toString(deviations) + "]";
    }
}
