package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What is known of data that no single process holds: how many examples there are, and some of them as a sample of names, shapes and
 * kinds of labels; of all of them no more than what a training has to know, targets and weights.
 */
public final class SharedData {

    private static final int SAMPLE = 64;

    private final int size;
    private final Dataset sample;
    private final Map<String, INDArray> targets;
    private final double @Nullable [] weights;
    private final String digest;

    private SharedData(
            int size, Dataset sample, Map<String, INDArray> targets, double @Nullable [] weights, String digest) {
        this.size = size;
        this.sample = sample;
        this.targets = targets;
        this.weights = weights;
        this.digest = digest;
    }

    /**
     * Data of which a sample is known.
     *
     * @param size how many examples there are
     * @param sample some of them
     */
    public static SharedData of(int size, Dataset sample) {
        checkGiven(sample, "SharedData", "a Dataset as a sample");
        checkArgument(
                size >= sample.size(),
                "SharedData expects at least the %s examples of the sample but got %s",
                sample.size(),
                size);
        return new SharedData(size, sample, Map.of(), null, "");
    }

    /**
     * Data of which everything is known here: in memory, or read on demand from where all processes read them. Targets and weights of
     * all examples are among it, and a digest of what is in memory, or of some examples.
     *
     * @throws io.github.bn4j.data.DataException if the first examples cannot be read
     */
    public static SharedData of(Dataset data) {
        checkGiven(data, "SharedData", "a Dataset");
        return new SharedData(
                data.size(),
                data.slice(0, Math.min(SAMPLE, data.size())).load(),
                data.targets(),
                data.weights().orElse(null),
                DataFingerprint.of(data));
    }

    /**
     * Data of which the targets of all examples are known: what {@linkplain SharedTraining#needsTargets some settings} need, and validation.
     *
     * @param all by name, {@code [examples, …]}. Not modified.
     */
    public SharedData targets(Map<String, INDArray> all) {
        checkGiven(all, "SharedData.targets", "target arrays by name");
        checkArgument(
                all.keySet().equals(sample.targets().keySet())
                        && all.values().stream().allMatch(array -> array.size(0) == size),
                "SharedData.targets expects %s with %s examples each but got %s",
                sample.targets().keySet(),
                size,
                all.entrySet().stream()
                        .map(each -> each.getKey() + " with " + each.getValue().size(0))
                        .toList());
        return new SharedData(size, sample, new LinkedHashMap<>(all), weights, digest);
    }

    /** Data with a weight for each example; see {@link Dataset#weights(double...)}. */
    public SharedData weights(double... perExample) {
        checkGiven(perExample, "SharedData.weights", "a weight per example");
        double[] own = perExample.clone();
        SharedData weighted = new SharedData(size, sample, targets, own, digest);
        // Refuses the same as data in memory.
        weighted.rows();
        return weighted;
    }

    /**
     * Data whose contents are known again by a text, such as a hash of all examples in their order: a training that is resumed on others is
     * refused. By default they are known by sizes and shapes.
     */
    public SharedData digest(String text) {
        checkGiven(text, "SharedData.digest", "a text");
        return new SharedData(size, sample, targets, weights, text);
    }

    /** How many examples there are. */
    public int size() {
        return size;
    }

    /** Some examples. */
    public Dataset sample() {
        return sample;
    }

    /** Refuses what is known if it is not finite. */
    void requireFinite() {
        sample.requireFinite();
        rows().requireFinite();
    }

    boolean hasTargets() {
        return !targets.isEmpty();
    }

    double[] countsOfRows() {
        double[] own = weights;
        if (own != null) {
            return own.clone();
        }
        return ones(size);
    }

    /** Data of as many examples, with their targets if they are known, for what looks at no features. */
    Dataset rows() {
        INDArray nothing = Tensors.zeros(DataType.FLOAT, size, 1);
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        sample.inputs().keySet().forEach(name -> inputs.put(name, nothing));
        Dataset rows = named(Dataset.of(inputs, targets));
        return weights == null ? rows : rows.weights(weights);
    }

    /** Data of as many examples, of which nobody knows the targets. */
    Dataset withoutTargets() {
        return new SharedData(size, sample, Map.of(), weights, digest).rows();
    }

    private Dataset named(Dataset data) {
        Dataset named = data;
        for (String name : data.targets().keySet()) {
            List<String> classes = sample.classNames(name);
            named = classes.isEmpty() ? named : named.classNames(name, classes);
        }
        return named;
    }

    /** Examples that losses, targets and their kinds are known by: all of them without their features, or else the sample. */
    Dataset known() {
        return hasTargets() ? rows() : weights == null ? sample : weighted(sample);
    }

    /** A data set in which all examples count the same, but as one that says so. */
    static Dataset weighted(Dataset data) {
        return data.weights(ones(data.size()));
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public String toString() {
        return "SharedData[" + size + " examples, " + describe(sample.inputs()) + ", " + describe(sample.targets())
                + (hasTargets() ? ", all targets" : "") + (weights == null ? "" : ", weighted")
                + (digest.isEmpty() ? "" : ", digest " + digest)
                + "]";
    }

    private static String describe(Map<String, INDArray> arrays) {
        return arrays.entrySet().stream()
                .map(each -> each.getKey() + " " + Objective.perExample(each.getValue()))
                .collect(Collectors.joining(", "));
    }
}
