package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.internal.FeatureBatches;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Numbers;
import io.github.bn4j.internal.Tensors;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Features brought to mean 0 and standard deviation 1, by the statistics of the training data alone:
 * {@code y = (x − mean) / deviation}, per feature of {@code [examples, features]} and per channel of {@code [examples,
 * channels, …]}. The deviation is the biased one; where it is 0, a constant feature, {@code y} is 0.
 *
 * <p>All arithmetic is in float64, the statistics in two passes over each part of the data, so features far from 0 keep their digits. One
 * pass over data that are {@linkplain Dataset#stream read on demand} is enough.
 */
public final class Standardization implements Serializable {

    private static final long serialVersionUID = 1;
    private static final int EXAMPLES_AT_ONCE = 256;

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
        Optional<ExampleSource> source = data.source();
        long[] shape = source.map(from -> LongStream.concat(LongStream.of(data.size()), LongStream.of(from.shape()))
                        .toArray())
                .orElseGet(() -> data.features().shape());
        checkArgument(
                shape.length >= 2,
                "Standardization expects features [examples, features, …] but got %s; reshape them",
                Arrays.toString(shape));
        Moments moments = new Moments((int) shape[1]);
        // In the same parts wherever they are, for the same bits.
        if (source.isPresent()) {
            try (FeatureBatches batches =
                    new FeatureBatches(source.get(), data.readers(), data.batches(EXAMPLES_AT_ONCE))) {
                batches.forEachRemaining(moments::add);
            }
        } else {
            INDArray features = data.features();
            for (int from = 0; from < shape[0]; from += EXAMPLES_AT_ONCE) {
                long[] part = shape.clone();
                part[0] = Math.min(shape[0] - from, EXAMPLES_AT_ONCE);
                moments.add(features.get(NDArrayIndex.interval(from, from + part[0]))
                        .reshape('c', part));
            }
        }
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
        Optional<ExampleSource> source = data.source();
        if (source.isPresent()) {
            requireChannels(LongStream.concat(
                            LongStream.of(data.size()),
                            LongStream.of(source.get().shape()))
                    .toArray());
            return data.withSource(new StandardizedExamples(source.get(), this));
        }
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
        return map(features, this::standardized);
    }

    private double standardized(double x, int channel) {
        return deviations[channel] == 0 ? 0 : (x - means[channel]) / deviations[channel];
    }

    /** Standardises the features of one example where they are. */
    void standardize(float[] example) {
        int inner = example.length / means.length;
        for (int i = 0; i < example.length; i++) {
            example[i] = (float) standardized(example[i], i / inner);
        }
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
        requireChannels(array.shape());
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

    private void requireChannels(long... shape) {
        checkArgument(
                shape.length >= 2 && shape[1] == means.length,
                "Standardization expects features [examples, %s, …] but got %s; give it data like those it was fitted to",
                means.length,
                Arrays.toString(shape));
    }

    @Override
    public String toString() {
        return "Standardization[means " + Arrays.toString(means) + ", deviations " + Arrays.toString(deviations) + "]";
    }
}
