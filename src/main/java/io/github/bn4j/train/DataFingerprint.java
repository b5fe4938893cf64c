package io.github.bn4j.train;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.internal.ContentDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What tells data sets apart: shapes, types and names for people, and a digest of all that a training sees of the contents. Of features
 * that are read on demand it has a few examples, as to read them all would take as long as an epoch.
 */
final class DataFingerprint {

    private static final int EXAMPLES = 32;

    private DataFingerprint() {}

    private static Dataset known(Dataset data) {
        if (data.source().isEmpty()) {
            return data;
        }
        int count = Math.min(EXAMPLES, data.size());
        return data.select(IntStream.range(0, count)
                        .map(i -> (int) ((long) i * data.size() / count))
                        .toArray())
                .load();
    }

    static String of(Dataset data) {
        // Maps of a user may have another order in each process.
        Map<String, INDArray> inputs = new TreeMap<>(known(data).inputs());
        Map<String, INDArray> targets = new TreeMap<>(data.targets());
        ContentDigest digest = new ContentDigest();
        Stream.of(inputs, targets)
                .forEach(arrays -> arrays.forEach((name, array) -> {
                    digest.add(name);
                    digest.add(array);
                }));
        targets.keySet().forEach(name -> {
            digest.add(requireNonNull(data.labelKinds().get(name)).name());
            digest.add(data.classNames(name).toString());
        });
        data.weights().ifPresent(weights -> digest.add(Arrays.toString(weights)));
        return Stream.concat(inputs.entrySet().stream(), targets.entrySet().stream())
                .map(entry ->
                        entry.getKey() + " " + Arrays.toString(entry.getValue().shape()) + " "
                                + entry.getValue().dataType())
                .collect(Collectors.joining(", ", "", ", SHA-256 " + digest.hex()));
    }
}
