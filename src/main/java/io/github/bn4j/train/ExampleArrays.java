package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Example;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes examples that come one by one to arrays, and refuses them where data in memory would be refused. */
final class ExampleArrays {

    private final List<String> names;
    private final List<INDArray> like;
    private final List<Objective.Target> targets;
    private final boolean weighted;
    private final int[] widths;
    private final DataType type;

    private ExampleArrays(
            List<String> names, List<INDArray> like, List<Objective.Target> targets, boolean weighted, DataType type) {
        this.names = names;
        this.like = like;
        this.targets = targets;
        this.weighted = weighted;
        this.type = type;
        widths = like.stream()
                .mapToInt(array -> (int) (array.length() / array.size(0)))
                .toArray();
    }

    /**
     * For examples to train on.
     *
     * @param sample some of them
     */
    static ExampleArrays of(Objective objective, Dataset sample, DataType type) {
        Map<String, INDArray> arrays =
                new LinkedHashMap<>(named(objective.features(sample, DataRole.TRAINING), sample));
        objective
                .wanted(sample, DataRole.TRAINING)
                .forEach((name, array) ->
                        arrays.put(requireNonNull(objective.targets().get(name)).name(), array));
        return new ExampleArrays(
                List.copyOf(arrays.keySet()),
                List.copyOf(arrays.values()),
                List.copyOf(objective.targets().values()),
                !objective.weighted().isEmpty(),
                type);
    }

    /**
     * For the inputs of examples to validate with.
     *
     * @param sample some of them
     */
    static ExampleArrays ofInputs(Objective objective, Dataset sample, DataType type) {
        Map<String, INDArray> arrays = named(objective.features(sample, DataRole.VALIDATION), sample);
        return new ExampleArrays(List.copyOf(arrays.keySet()), List.copyOf(arrays.values()), List.of(), true, type);
    }

    /** By the name in the data, which may be another one where there is one input. */
    private static Map<String, INDArray> named(Map<String, INDArray> bound, Dataset sample) {
        return sample.inputs().size() == 1
                ? Map.of(
                        sample.inputs().keySet().iterator().next(),
                        bound.values().iterator().next())
                : bound;
    }

    /** The names of the arrays of an example, in order. */
    List<String> names() {
        return names;
    }

    /** The arrays of the sample. */
    List<INDArray> sample() {
        return like;
    }

    /** Refuses examples with numbers that cannot be trained on. */
    void check(List<SharedExample> some) {
        some.forEach(example -> example.check(names, widths, type == DataType.FLOAT));
        int first = names.size() - targets.size();
        for (int i = 0; i < targets.size() && !some.isEmpty(); i++) {
            check(targets.get(i), first + i, some);
        }
    }

    private void check(Objective.Target target, int array, List<SharedExample> some) {
        Shape output = target.value().shape();
        INDArray wanted = array(array, some);
        try {
            target.loss().check(output, wanted, DataRole.TRAINING.toString());
        } catch (IllegalArgumentException refused) {
            some.forEach(each ->
                    target.loss().check(output, array(array, List.of(each)), "example that is row " + each.row()));
            throw refused;
        }
        checkArgument(
                weighted || target.weights(wanted).isEmpty(),
                "loss of output \"%s\" expects to know the targets of all examples, as they count differently, but got a"
                        + " sample; add SharedData.targets",
                target.output());
    }

    private INDArray array(int array, List<SharedExample> some) {
        long[] shape = like.get(array).shape().clone();
        shape[0] = some.size();
        INDArray values = Tensors.zeros(type, shape);
        write(array, some, values);
        return values;
    }

    /**
     * Writes examples to the first arrays.
     *
     * @param into {@code [examples, …]} each. Modified.
     */
    void write(List<SharedExample> some, INDArray[] into) {
        for (int array = 0; array < like.size() && !some.isEmpty(); array++) {
            write(array, some, into[array]);
        }
    }

    private void write(int array, List<SharedExample> some, INDArray into) {
        if (type == DataType.FLOAT) {
            FloatBuffer elements = HostMemory.floats(into);
            some.forEach(example -> example.put(array, elements));
            HostMemory.put(elements, into);
        } else {
            DoubleBuffer elements = HostMemory.doubles(into);
            some.forEach(example -> example.put(array, elements));
            HostMemory.put(elements, into);
        }
    }

    /** One for an augmentation, of one input and one target. */
    Example augmentable(SharedExample example) {
        List<Long> shape = LongStream.of(like.get(0).shape()).skip(1).boxed().toList();
        return new Example(shape, example.single(0), example.single(1));
    }
}
