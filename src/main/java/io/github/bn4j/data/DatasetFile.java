package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.checkpoint.WrittenTensor;
import io.github.bn4j.checkpoint.internal.NpyFile;
import io.github.bn4j.checkpoint.internal.NpzFile;
import io.github.bn4j.data.internal.FeatureBatches;
import io.github.bn4j.internal.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A data set in a file of safetensors: its features as one tensor, targets and weights of examples beside it, and in the texts of the file
 * what targets are and how classes are called.
 */
final class DatasetFile {

    private static final int BATCH = 64;
    private static final String FEATURES = FeatureBatches.NAME;
    private static final String WEIGHTS = "weights";
    private static final String TARGET = "target ";
    private static final String KIND = "kind of ";

    private DatasetFile() {}

    static void save(Dataset data, Path path) {
        Optional<ExampleSource> source = data.source();
        checkArgument(
                source.isPresent() || data.inputs().size() == 1,
                "Dataset.save expects a single input array but got %s; store each by itself",
                source.isPresent() ? "" : data.inputs().keySet());
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        data.targets().forEach((name, array) -> {
            tensors.put(TARGET + name, stored(array));
            texts.put(KIND + name, requireNonNull(data.labelKinds().get(name)).name());
            List<String> classes = data.classNames(name);
            for (int number = 0; number < classes.size(); number++) {
                texts.put(classKey(number, name), classes.get(number));
            }
        });
        data.weights().ifPresent(weights -> tensors.put(WEIGHTS, Tensors.of(DataType.DOUBLE, weights, weights.length)));
        TensorFile file = new TensorFile(tensors, texts);
        List<int[]> batches = data.batches(BATCH);
        if (source.isPresent()) {
            try (FeatureBatches read = new FeatureBatches(source.get(), data.readers(), batches)) {
                file.write(
                        "Dataset.save", path, features(data.size(), source.get().shape(), read));
            }
        } else {
            INDArray all = data.inputs().values().iterator().next();
            long[] shape = LongStream.of(all.shape()).skip(1).toArray();
            Iterator<INDArray> parts = batches.stream()
                    .map(rows -> data.slice(rows[0], rows[rows.length - 1] + 1)
                            .inputs()
                            .values()
                            .iterator()
                            .next()
                            .castTo(DataType.FLOAT))
                    .iterator();
            file.write("Dataset.save", path, features(data.size(), shape, parts));
        }
    }

    private static WrittenTensor features(int size, long[] shape, Iterator<INDArray> parts) {
        long[] dims =
                LongStream.concat(LongStream.of(size), LongStream.of(shape)).toArray();
        return new WrittenTensor(FEATURES, dims, parts);
    }

    private static String classKey(int number, String target) {
        return "class " + number + " of " + target;
    }

    private static INDArray stored(INDArray array) {
        boolean floating = array.dataType() == DataType.FLOAT || array.dataType() == DataType.DOUBLE;
        return floating ? array : array.castTo(DataType.DOUBLE);
    }

    static Dataset open(Path path) {
        DataException.check(
                !NpyFile.isOne(path) && !NpzFile.isOne(path),
                "Dataset.stream expects a file that save wrote but got arrays of NumPy in \"%s\"; for these there is"
                        + " stream(ArrayFile.of(file, name), labels)",
                path);
        Set<String> names =
                new LinkedHashSet<>(TensorFile.list("Dataset.stream", path).keySet());
        DataException.check(
                names.remove(FEATURES),
                "Dataset.stream expects a file that save wrote, with \"%s\" in \"%s\", but got %s; for other arrays there is"
                        + " stream(ArrayFile.of(file, name), labels)",
                FEATURES,
                path,
                names);
        TensorFile file = TensorFile.read("Dataset.stream", path, names);
        Map<String, INDArray> targets = new LinkedHashMap<>();
        Map<String, LabelKind> kinds = new LinkedHashMap<>();
        Map<String, List<String>> classes = new LinkedHashMap<>();
        file.tensors().forEach((tensor, array) -> {
            if (tensor.startsWith(TARGET)) {
                String name = tensor.substring(TARGET.length());
                targets.put(name, array);
                kinds.put(name, kind(file.metadata().getOrDefault(KIND + name, ""), array));
                List<String> called = classes(file.metadata(), name);
                if (!called.isEmpty()) {
                    classes.put(name, called);
                }
            }
        });
        INDArray weights = file.tensors().get(WEIGHTS);
        Dataset data = Dataset.stored(ArrayFile.of(path, FEATURES), targets, kinds, classes);
        return weights == null ? data : data.weights(weights.toDoubleVector());
    }

    /** As the file says; what another program has written there is looked at. */
    private static LabelKind kind(String name, INDArray targets) {
        for (LabelKind kind : LabelKind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        return LabelKind.of(targets);
    }

    private static List<String> classes(Map<String, String> texts, String target) {
        List<String> names = new ArrayList<>();
        for (String name = texts.get(classKey(0, target));
                name != null;
                name = texts.get(classKey(names.size(), target))) {
            names.add(name);
        }
        return names;
    }
}
