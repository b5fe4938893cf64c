package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.internal.ExampleReaders;
import io.github.bn4j.data.internal.FeatureBatches;
import io.github.bn4j.data.internal.file.Memory;
import io.github.bn4j.internal.Distributions;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.Tensors;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Examples: one or several input arrays and one or several target arrays, all with the examples along the first axis.
 * Immutable as long as nobody writes to the arrays it was made of.
 *
 * <p>Those of {@link #stream(ExampleSource, int[])} and {@link ImageFolder#stream(java.nio.file.Path, int, int, int)} are data that
 * need not fit in memory: targets are in memory, features are read when a batch of them is needed, in float32, and forgotten after it.
 * Whoever takes a data set takes them too, and gives the same to the bit; what needs all features at once says so, and {@link #load()}
 * brings them into memory.
 */
public final class Dataset implements Serializable {

    private static final long serialVersionUID = 1;
    private static final String FEATURES = FeatureBatches.NAME;

    private final Map<String, INDArray> inputs;
    private final Map<String, INDArray> targets;
    private final Map<String, LabelKind> kinds;
    private final Map<String, List<String>> classNames;
    private final double @Nullable [] weights;
    private final @Nullable Streamed streamed;
    private final int size;

    /**
     * The only input, where it is not in memory.
     *
     * @param source what has it
     * @param readers how many threads read; 0 for as many as suit the machine
     */
    private record Streamed(ExampleSource source, int readers) implements Serializable {

        private static final long serialVersionUID = 1;
    }

    private Dataset(
            Map<String, INDArray> inputs,
            Map<String, INDArray> targets,
            Map<String, LabelKind> kinds,
            Map<String, List<String>> classNames,
            double @Nullable [] weights,
            @Nullable Streamed streamed) {
        this.streamed = streamed;
        this.inputs = Collections.unmodifiableMap(dense(inputs));
        this.targets = Collections.unmodifiableMap(dense(targets));
        this.kinds = Map.copyOf(kinds);
        this.classNames = Map.copyOf(classNames);
        this.weights = weights;
        checkArgument(streamed != null || !inputs.isEmpty(), "Dataset expects at least one input array but got none");
        this.size = streamed == null
                ? Math.toIntExact(inputs.values().iterator().next().size(0))
                : streamed.source.size();
        requireSameSize(this.inputs);
        requireSameSize(this.targets);
    }

    private static Map<String, INDArray> dense(Map<String, INDArray> arrays) {
        Map<String, INDArray> dense = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            checkGiven(array, "Dataset", "an array for \"" + name + "\"");
            checkArgument(
                    array.isEmpty() || array.rank() >= 1,
                    "Dataset expects \"%s\" of shape [examples, …] but got a single number; reshape it",
                    name);
            checkArgument(
                    !array.isEmpty(), "Dataset expects \"%s\" with at least one example but got an empty array", name);
            dense.put(name, Tensors.dense(array, array.dataType()));
        });
        return dense;
    }

    private void requireSameSize(Map<String, INDArray> arrays) {
        arrays.forEach((name, array) -> checkArgument(
                array.size(0) == size,
                "Dataset expects the same number of examples in all arrays but got %s in \"%s\" and %s in \"%s\"",
                size,
                streamed == null ? inputs.keySet().iterator().next() : FEATURES,
                array.size(0),
                name));
    }

    /**
     * Features and labels.
     *
     * @param features {@code [examples, …]}. Not modified.
     * @param labels class numbers {@code [examples]} or targets {@code [examples, …]}. Not modified.
     * @throws IllegalArgumentException if there is no example, or the numbers of examples differ
     */
    public static Dataset of(INDArray features, INDArray labels) {
        checkGiven(features, "Dataset", "an array of features");
        checkGiven(labels, "Dataset", "an array of labels");
        return of(Map.of(FEATURES, features), Map.of("labels", labels));
    }

    /**
     * Examples and their classes, as arrays of Java.
     *
     * @param examples numbers for each example: {@code float[][]} or {@code double[][]}, deeper for images, as {@code float[][][][]} of
     *     {@code [examples][channels][height][width]}; also of {@code int}. Kept in float64 if of {@code double}, else in float32. Not
     *     modified.
     * @param classes the number of the class of each, from 0. Not modified.
     * @throws IllegalArgumentException if there is no example, one has another length than the first, or a number is below 0
     */
    public static Dataset of(Object[] examples, int[] classes) {
        checkGiven(classes, "Dataset", "the number of a class for each example");
        return answers(examples).numbers(classes);
    }

    /**
     * Examples and the names of their classes, as arrays of Java; {@link #classNames()} has them sorted by value if all are numbers,
     * else as text.
     *
     * @param examples as for {@link #of(Object[], int[])}. Not modified.
     * @param classes the name of the class of each. Not modified.
     */
    public static Dataset of(Object[] examples, String[] classes) {
        checkGiven(classes, "Dataset", "the name of a class for each example");
        return answers(examples).names(Arrays.asList(classes), List.of());
    }

    /**
     * Examples and the names of their classes, as arrays of Java, numbered as in a list.
     *
     * @param examples as for {@link #of(Object[], int[])}. Not modified.
     * @param classes the name of the class of each. Not modified.
     * @param names the name of class 0 first, such as the {@link #classNames()} of the training data
     * @throws IllegalArgumentException if a class is none of these
     */
    public static Dataset of(Object[] examples, String[] classes, List<String> names) {
        checkGiven(classes, "Dataset", "the name of a class for each example");
        checkGiven(names, "Dataset", "names");
        return answers(examples).names(Arrays.asList(classes), names);
    }

    /**
     * Examples and a number to predict for each, as arrays of Java; the targets are {@code [examples, 1]}.
     *
     * @param examples as for {@link #of(Object[], int[])}. Not modified.
     * @param targets one for each. Not modified.
     */
    public static Dataset of(Object[] examples, double[] targets) {
        checkGiven(targets, "Dataset", "a number to predict for each example");
        return answers(examples).targets(DataType.DOUBLE, targets);
    }

    /**
     * Examples and several numbers to predict for each, as arrays of Java: targets, labels 0 and 1, or shares of classes.
     *
     * @param examples as for {@link #of(Object[], int[])}. Not modified.
     * @param targets {@code [examples][numbers]}. Not modified.
     */
    public static Dataset of(Object[] examples, double[][] targets) {
        checkGiven(targets, "Dataset", "numbers to predict for each example");
        return of(features(examples), NestedArrays.of("targets", (Object[]) targets));
    }

    /**
     * Rows of any type, such as records, by what makes numbers of them.
     *
     * @param rows an example each
     * @param features from a row to its numbers: {@code float[]} or {@code double[]}, or an array of such arrays for an image
     * @param label from a row to what is to be predicted: a text, enum or truth value for a class by its name, {@code Integer} for
     *     a class number, {@code Double} or {@code Float} for a target, {@code double[]} or {@code float[]} for several targets.
     *     {@link #classNames()} are sorted by value if all are numbers, else as text; those of an enum are all its constants in order
     * @throws IllegalArgumentException if there is no row, the numbers of one are of another shape than the first's, or labels are
     *     null or of several kinds
     */
    public static <T> Dataset of(List<T> rows, Function<? super T, ?> features, Function<? super T, ?> label) {
        return of(rows, features, label, List.of());
    }

    /**
     * Rows of any type with the classes of a list, as {@link #of(List, Function, Function)} takes them.
     *
     * @param names the name of class 0 first, such as the {@link #classNames()} of the training data
     */
    public static <T> Dataset of(
            List<T> rows, Function<? super T, ?> features, Function<? super T, ?> label, List<String> names) {
        checkGiven(rows, "Dataset", "a list of rows");
        checkGiven(features, "Dataset", "a function to the numbers of a row");
        checkGiven(label, "Dataset", "a function to the label of a row");
        checkGiven(names, "Dataset", "names");
        List<Object> examples = new ArrayList<>();
        List<@Nullable Object> labels = new ArrayList<>();
        for (T row : rows) {
            examples.add(features.apply(row));
            labels.add(label.apply(row));
        }
        return answers(examples.toArray()).values(labels, names);
    }

    private static Answers answers(Object... examples) {
        return Answers.to(features(examples));
    }

    private static INDArray features(Object... examples) {
        checkGiven(examples, "Dataset", "an array of numbers for each example");
        return NestedArrays.of(FEATURES, examples);
    }

    /** Several inputs and targets, by the names of the network's inputs and outputs. */
    public static Dataset of(Map<String, INDArray> inputs, Map<String, INDArray> targets) {
        checkGiven(inputs, "Dataset", "input arrays by name");
        checkGiven(targets, "Dataset", "target arrays by name");
        return of(inputs, targets, null);
    }

    private static Dataset of(
            Map<String, INDArray> inputs, Map<String, INDArray> targets, @Nullable Streamed streamed) {
        Dataset checked = new Dataset(inputs, targets, Map.of(), Map.of(), null, streamed);
        Map<String, LabelKind> kinds = new LinkedHashMap<>();
        checked.targets.forEach((name, array) -> kinds.put(name, LabelKind.of(array)));
        return new Dataset(checked.inputs, checked.targets, kinds, Map.of(), null, streamed);
    }

    /**
     * Examples that are read on demand, and their labels.
     *
     * @param examples what reads their features, in float32
     * @param labels class numbers {@code [examples]} or targets {@code [examples, …]}. Not modified.
     * @throws IllegalArgumentException if there is no example, or the numbers of examples differ
     */
    public static Dataset stream(ExampleSource examples, INDArray labels) {
        checkGiven(labels, "Dataset", "an array of labels");
        return stream(examples, Map.of("labels", labels));
    }

    /**
     * Examples that are read on demand, and their classes.
     *
     * @param examples what reads their features, in float32
     * @param classes the number of the class of each, from 0. Not modified.
     */
    public static Dataset stream(ExampleSource examples, int[] classes) {
        checkGiven(classes, "Dataset", "the number of a class for each example");
        return answers(examples).numbers(classes);
    }

    /**
     * Examples that are read on demand, and the names of their classes; {@link #classNames()} has them sorted by value if all are
     * numbers, else as text.
     *
     * @param examples what reads their features, in float32
     * @param classes the name of the class of each. Not modified.
     */
    public static Dataset stream(ExampleSource examples, String[] classes) {
        checkGiven(classes, "Dataset", "the name of a class for each example");
        return answers(examples).names(Arrays.asList(classes), List.of());
    }

    /** Examples that are read on demand, and targets of any number by the names of the network's outputs. */
    public static Dataset stream(ExampleSource examples, Map<String, INDArray> targets) {
        checkGiven(targets, "Dataset", "target arrays by name");
        return of(Map.of(), targets, new Streamed(checked(examples), 0));
    }

    /**
     * The data set in a file that {@link #save} wrote, of which examples are read where they are, without decoding anything. The file has to stay
     * as it is meanwhile.
     *
     * @throws io.github.bn4j.checkpoint.CheckpointException if there is no such file, or it is damaged
     * @throws DataException if it is another file
     */
    public static Dataset stream(Path file) {
        checkGiven(file, "Dataset.stream", "a file");
        return DatasetFile.open(file);
    }

    /** Features that are read on demand, and what was known of their targets. */
    static Dataset stored(
            ExampleSource examples,
            Map<String, INDArray> targets,
            Map<String, LabelKind> kinds,
            Map<String, List<String>> classNames) {
        return new Dataset(Map.of(), targets, kinds, classNames, null, new Streamed(checked(examples), 0));
    }

    /**
     * Writes features, targets, weights and names of classes as one file, from which {@link #stream(Path)} reads the same examples: what takes
     * long to read or decode, such as a folder of images, is read once. Features become float32. They need not be in memory, and any
     * reader of safetensors finds them as {@code features} there. The file is written as a whole or not at all.
     *
     * @throws IllegalArgumentException if there are several inputs
     * @throws io.github.bn4j.checkpoint.CheckpointException if the directory does not exist
     * @throws java.io.UncheckedIOException if an example cannot be read, or the file not be written
     */
    public void save(Path path) {
        checkGiven(path, "Dataset.save", "a path");
        DatasetFile.save(this, path);
    }

    private static Answers answers(ExampleSource examples) {
        ExampleSource source = checked(examples);
        return new Answers(source.size(), labels -> stream(source, labels));
    }

    private static ExampleSource checked(ExampleSource examples) {
        checkGiven(examples, "Dataset", "an ExampleSource");
        long[] shape = checkGiven(examples.shape(), "Dataset", "the shape of an example from " + examples);
        checkArgument(
                LongStream.of(shape).allMatch(length -> length > 0) && Memory.bytes(1, shape) <= Integer.MAX_VALUE - 8,
                "Dataset expects examples of 1 to 2³¹ − 9 numbers but got the shape %s from %s",
                Arrays.toString(shape),
                examples);
        checkArgument(examples.size() >= 1, "Dataset expects at least one example but got none from %s", examples);
        return examples;
    }

    /**
     * The same data with names for the classes of the only target array.
     *
     * @param names the name of class 0 first, at least one for each class number in the labels, or one for each share of the
     *     distributions
     * @throws IllegalArgumentException if a class has no name, or two have the same
     * @throws IllegalStateException if the labels are neither class numbers nor distributions
     */
    public Dataset classNames(List<String> names) {
        return classNames(onlyTarget("classNames(names)", "classNames(target, names)"), names);
    }

    /**
     * The same data with names for the classes of one of several target arrays.
     *
     * @param target the name of the array
     * @param names the name of class 0 first, at least one for each class number, or one for each share of the distributions
     * @throws IllegalArgumentException if there is no such array, a class has no name, or two have the same
     * @throws IllegalStateException if that array has neither class numbers nor distributions
     */
    public Dataset classNames(String target, List<String> names) {
        checkGiven(target, "Dataset.classNames", "the name of a target array");
        checkGiven(names, "Dataset.classNames", "names");
        INDArray labels = checkPresent(
                targets.get(target),
                "Dataset.classNames expects the name of a target array but got \"%s\"; this data set has %s",
                target,
                targets.keySet());
        int least = kinds.get(target) == LabelKind.DISTRIBUTIONS || kinds.get(target) == LabelKind.UNKNOWN
                ? (int) labels.size(1)
                : largest(requireClasses("classNames", labels)) + 1;
        checkArgument(
                least <= names.size(),
                "Dataset.classNames expects at least %s names but got %s; name every class",
                least,
                names);
        checkArgument(
                Set.copyOf(names).size() == names.size(),
                "Dataset.classNames expects a name of its own for each class but got %s; name them differently",
                names);
        Map<String, List<String>> all = new LinkedHashMap<>(classNames);
        all.put(target, List.copyOf(names));
        Map<String, LabelKind> kindsNow = new LinkedHashMap<>(kinds);
        kindsNow.replace(target, LabelKind.UNKNOWN, LabelKind.DISTRIBUTIONS);
        return new Dataset(inputs, targets, kindsNow, all, weights, streamed);
    }

    private static int largest(INDArray classes) {
        return Labels.rowsByClass(classes).keySet().stream()
                .max(Integer::compare)
                .orElse(0);
    }

    /**
     * The names of the classes of the only target array, that of class 0 first; empty if they have none, or there are
     * several arrays.
     */
    public List<String> classNames() {
        return targets.size() == 1 ? classNames(targets.keySet().iterator().next()) : List.of();
    }

    /** The names of the classes of one target array, that of class 0 first; empty if they have none. */
    public List<String> classNames(String target) {
        checkGiven(target, "Dataset.classNames", "the name of a target array");
        return classNames.getOrDefault(target, List.of());
    }

    /** What each target array holds, by its name: as it was made, and what parts of it are made of this data set too. */
    public Map<String, LabelKind> labelKinds() {
        return kinds;
    }

    /**
     * The input array.
     *
     * @throws IllegalStateException if there are several, or if it is not in memory
     */
    public INDArray features() {
        return only("features()", "inputs()", inMemory("features()"));
    }

    /**
     * The target array.
     *
     * @throws IllegalStateException if there are several, or none
     */
    public INDArray labels() {
        return only("labels()", "targets()", targets);
    }

    private String onlyTarget(String method, String instead) {
        only(method, instead, targets);
        return targets.keySet().iterator().next();
    }

    private static INDArray only(String method, String instead, Map<String, INDArray> arrays) {
        if (arrays.size() != 1) {
            throw new IllegalStateException(
                    "Dataset." + method + " expects a single array but got " + arrays.keySet() + "; use " + instead);
        }
        return arrays.values().iterator().next();
    }

    /**
     * All input arrays by name.
     *
     * @throws IllegalStateException if they are not in memory
     */
    public Map<String, INDArray> inputs() {
        return inMemory("inputs()");
    }

    private Map<String, INDArray> inMemory(String method) {
        checkState(
                streamed == null,
                "Dataset.%s expects features in memory but got %s examples that are read on demand, %s MB; call load() for all of"
                        + " them or select(rows).load() for some",
                method,
                size,
                bytes() >> 20);
        return inputs;
    }

    /** What features are read from when they are needed; empty if they are in memory. */
    public Optional<ExampleSource> source() {
        return Optional.ofNullable(streamed).map(Streamed::source);
    }

    /** How many threads read features; those that are in memory need none. */
    public int readers() {
        Streamed from = streamed;
        return from == null ? 0 : from.readers == 0 ? ExampleReaders.usualThreads() : from.readers;
    }

    /**
     * The same data whose features are read by so many threads, by default half as many as there are cores. More of them help where
     * reading waits, as for a network.
     *
     * @param threads at least 1
     * @throws IllegalStateException if features are in memory
     */
    public Dataset readers(int threads) {
        checkArgument(threads >= 1, "Dataset.readers expects at least 1 thread but got %s", threads);
        Streamed from = streamed;
        if (from == null) {
            throw new IllegalStateException(
                    "Dataset.readers expects features that are read on demand but got some in memory; leave it out");
        }
        return with(new Streamed(from.source, threads));
    }

    private Dataset with(Streamed other) {
        return new Dataset(inputs, targets, kinds, classNames, weights, other);
    }

    /**
     * How much memory all of its arrays take, in bytes: of features that are read on demand, what they would take if they were loaded.
     */
    public long bytes() {
        long inMemory = Stream.of(inputs, targets)
                .flatMap(arrays -> arrays.values().stream())
                .mapToLong(array -> array.length() * array.dataType().width())
                .sum();
        Streamed from = streamed;
        return from == null ? inMemory : inMemory + size * Memory.bytes(DataType.FLOAT.width(), from.source.shape());
    }

    /**
     * The same data in memory: reads features that are not, and is itself otherwise.
     *
     * @throws DataException if they do not fit in memory, or one cannot be read
     */
    public Dataset load() {
        Streamed from = streamed;
        if (from == null) {
            return this;
        }
        INDArray features = Memory.array("Dataset.load", DataType.FLOAT, batched(from.source.shape(), size));
        try (ExampleReaders reading = new ExampleReaders(from.source, readers())) {
            FeatureBatches.start(reading, IntStream.range(0, size).toArray(), features)
                    .await();
        }
        return new Dataset(Map.of(FEATURES, features), targets, kinds, classNames, weights, null);
    }

    private static long[] batched(long[] shape, long examples) {
        return LongStream.concat(LongStream.of(examples), LongStream.of(shape)).toArray();
    }

    /** All target arrays by name. */
    public Map<String, INDArray> targets() {
        return targets;
    }

    /** The number of examples. */
    public int size() {
        return size;
    }

    /**
     * The number of classes: of names where they have names, else of different class numbers in the labels.
     *
     * @throws IllegalStateException if the labels are not class numbers, that is whole numbers from 0, one per example
     */
    public int classes() {
        INDArray labels = requireClasses("classes()", labels());
        List<String> names = classNames();
        return names.isEmpty() ? Labels.rowsByClass(labels).size() : names.size();
    }

    /**
     * How many examples each class has, by its name, or by its number where classes have no names; in the order of their
     * numbers.
     *
     * @throws IllegalStateException if the labels are not class numbers
     */
    public Map<String, Integer> classCounts() {
        Map<Integer, List<Integer>> rows = Labels.rowsByClass(requireClasses("classCounts()", labels()));
        List<String> names = classNames();
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (int number = 0; number < names.size(); number++) {
            counts.put(names.get(number), rows.getOrDefault(number, List.of()).size());
        }
        if (names.isEmpty()) {
            rows.forEach((number, examples) -> counts.put(number.toString(), examples.size()));
        }
        return counts;
    }

    /**
     * The same examples with distributions {@code [examples, classes]} for labels: 1 for the class, 0 for the others.
     *
     * @param classes their number, more than each label
     * @throws IllegalArgumentException if a label is not below {@code classes}
     * @throws IllegalStateException if the labels are not class numbers
     */
    public Dataset oneHot(int classes) {
        double[] numbers = requireClasses("oneHot", labels()).data().asDouble();
        for (int row = 0; row < size; row++) {
            checkArgument(
                    numbers[row] < classes,
                    "Dataset.oneHot expects class numbers from 0 to %s but got %s in row %s; ask for more classes",
                    classes - 1,
                    numbers[row],
                    row);
        }
        INDArray targets = Distributions.oneHot(labels(), classes, labels().dataType());
        String name = onlyTarget("oneHot", "targets()");
        return new Dataset(
                inputs, Map.of(name, targets), Map.of(name, LabelKind.DISTRIBUTIONS), classNames, weights, streamed);
    }

    /**
     * The same examples with features of another shape, such as images for the rows of their pixels.
     *
     * @param example shape of one example, such as {@code 1, 28, 28} for channels, height and width
     * @throws IllegalArgumentException if that has another number of elements
     * @throws IllegalStateException if there are several input arrays
     */
    public Dataset reshape(long... example) {
        checkGiven(example, "Dataset.reshape", "the shape of an example");
        Streamed from = streamed;
        long numbers = from == null
                ? only("reshape", "inputs()", inputs).length() / size
                : Memory.bytes(1, from.source.shape());
        checkArgument(
                LongStream.of(example).allMatch(length -> length > 0)
                        && LongStream.of(example).reduce(1, Math::multiplyExact) == numbers,
                "Dataset.reshape expects the shape of %s numbers but got %s; take one with as many elements",
                numbers,
                Arrays.toString(example));
        return from == null
                ? withInputs(
                        Map.of(inputs.keySet().iterator().next(), features().reshape('c', batched(example, size))))
                : withSource(new ReshapedExamples(from.source, example.clone()));
    }

    /** The same targets and class names with other inputs. */
    Dataset withInputs(Map<String, INDArray> changed) {
        return new Dataset(changed, targets, kinds, classNames, weights, null);
    }

    /** The same targets and class names with other features that are read on demand. */
    Dataset withSource(ExampleSource changed) {
        Streamed from = streamed;
        return with(new Streamed(changed, from == null ? 0 : from.readers));
    }

    /** The only labels, which have to be class numbers for what {@code method} does. */
    INDArray requireClassNumbers(String method) {
        return requireClasses(method, labels());
    }

    private static INDArray requireClasses(String method, INDArray labels) {
        if (labels.rank() != 1) {
            throw new IllegalStateException("Dataset." + method + " expects class numbers [examples] but got "
                    + Arrays.toString(labels.shape()) + "; targets have no classes");
        }
        double[] numbers = labels.data().asDouble();
        for (int row = 0; row < numbers.length; row++) {
            if (!Labels.isClassNumber(numbers[row])) {
                throw new IllegalStateException("Dataset." + method + " expects whole numbers from 0 but got "
                        + numbers[row] + " in row " + row + "; number the classes from 0");
            }
        }
        return labels;
    }

    /**
     * The same data with a weight for each example, which training and validation losses are weighted means by:
     * {@code Σ w l / Σ w} over the examples of a step. Measures such as the accuracy count all examples alike.
     *
     * @param perExample a finite number of at least 0 for each example, not all of them 0
     * @throws IllegalArgumentException if they are others, or another number of them
     */
    public Dataset weights(double... perExample) {
        checkGiven(perExample, "Dataset.weights", "a weight per example");
        checkArgument(
                perExample.length == size,
                "Dataset.weights expects %s weights, one per example, but got %s",
                size,
                perExample.length);
        for (int row = 0; row < size; row++) {
            checkArgument(
                    perExample[row] >= 0 && Double.isFinite(perExample[row]),
                    "Dataset.weights expects finite weights of at least 0 but got %s in row %s",
                    perExample[row],
                    row);
        }
        checkArgument(
                Arrays.stream(perExample).anyMatch(weight -> weight > 0),
                "Dataset.weights expects a weight above 0 but got 0 for each of %s examples",
                size);
        return new Dataset(inputs, targets, kinds, classNames, perExample.clone(), streamed);
    }

    /** The weight of each example, as a copy; empty if all count alike. */
    public Optional<double[]> weights() {
        return Optional.ofNullable(weights).map(double[]::clone);
    }

    /**
     * The examples from {@code from} to before {@code to}, in order, as copies of what is in memory.
     *
     * @throws IllegalArgumentException if the range is empty or reaches beyond the examples
     */
    public Dataset slice(int from, int to) {
        checkArgument(
                0 <= from && from < to && to <= size,
                "Dataset.slice expects 0 <= from < to <= %s but got from %s to %s",
                size,
                from,
                to);
        return select(IntStream.range(from, to).toArray());
    }

    /**
     * The examples of the given rows, in that order, as copies of what is in memory; a row may occur more than once.
     *
     * @throws IllegalArgumentException if there is no row, or a row that does not exist
     */
    public Dataset select(int... rows) {
        checkGiven(rows, "Dataset.select", "rows");
        checkArgument(rows.length > 0, "Dataset.select expects at least one row but got none");
        double @Nullable [] chosen = weights == null ? null : select(weights, rows);
        Streamed from = streamed;
        for (int row : rows) {
            // Arrays look themselves.
            checkArgument(
                    from == null || (0 <= row && row < size),
                    "Dataset expects rows from 0 to %s but got %s",
                    size - 1,
                    row);
        }
        return new Dataset(
                select(inputs, rows),
                select(targets, rows),
                kinds,
                classNames,
                chosen,
                from == null ? null : new Streamed(ChosenExamples.of(from.source, rows.clone()), from.readers));
    }

    private static double[] select(double[] weights, int[] rows) {
        return Arrays.stream(rows).mapToDouble(row -> weights[row]).toArray();
    }

    private static Map<String, INDArray> select(Map<String, INDArray> arrays, int[] rows) {
        Map<String, INDArray> selected = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            long[] shape = array.shape().clone();
            shape[0] = rows.length;
            INDArray copy = Tensors.zeros(array.dataType(), shape);
            ExampleRows.copy(array, rows, copy);
            selected.put(name, copy);
        });
        return selected;
    }

    /** The examples in random order, as copies of what is in memory; the same order for the same seed on every machine. */
    public Dataset shuffle(long seed) {
        return select(shuffled(seed));
    }

    int[] shuffled(long seed) {
        List<Integer> rows = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        Collections.shuffle(rows, new Random(seed));
        return toArray(rows);
    }

    /**
     * Splits the examples at random, the same way for the same seed on every machine. With class numbers as labels, each
     * class is split in the same proportion, and has an example on either side if it has two.
     *
     * @param trainFraction share of the first part, between 0 and 1
     * @throws IllegalArgumentException if one part would be empty
     */
    public Split split(double trainFraction, long seed) {
        checkArgument(
                trainFraction > 0 && trainFraction < 1,
                "Dataset.split expects a fraction between 0 and 1 but got %s",
                trainFraction);
        List<int[]> parts = parts(seed, trainFraction);
        return new Split(select(parts.get(0)), select(parts.get(1)));
    }

    /**
     * Splits the examples in three at random, like {@link #split(double, long)}; the test part gets what is left. With class
     * numbers as labels, each class has an example in every part if it has three.
     *
     * @param trainFraction share of the first part, above 0
     * @param validationFraction share of the second part, above 0; both together below 1
     * @throws IllegalArgumentException if a part would be empty
     */
    public ThreeWaySplit split(double trainFraction, double validationFraction, long seed) {
        checkArgument(
                trainFraction > 0 && validationFraction > 0 && trainFraction + validationFraction < 1,
                "Dataset.split expects two fractions above 0 and together below 1 but got %s and %s",
                trainFraction,
                validationFraction);
        List<int[]> parts = parts(seed, trainFraction, trainFraction + validationFraction);
        return new ThreeWaySplit(select(parts.get(0)), select(parts.get(1)), select(parts.get(2)));
    }

    /**
     * Divides the examples in parts for cross-validation, the same way for the same seed on every machine: sizes differ by 1 at
     * most, and with class numbers as labels the numbers of each class in them too (stratified).
     *
     * @param k the number of parts, at least 2
     * @throws IllegalArgumentException if a class, or the data, have fewer examples than there are parts
     */
    public Folds folds(int k, long seed) {
        return Folds.of(this, k, seed);
    }

    /**
     * Divides the examples in parts for cross-validation so that all examples of a group, such as the pictures of a patient, are in the same
     * one. Sizes, and with class numbers as labels the numbers of each class, are near to even, as far as the groups let them.
     *
     * @param k the number of parts, at least 2
     * @param groups that of each example, compared by {@code equals}
     * @throws IllegalArgumentException if there are fewer groups than parts, or not one for each example
     */
    public Folds folds(int k, long seed, List<?> groups) {
        return Folds.of(this, k, seed, groups);
    }

    /** The rows of each part, cut at the given shares of every class. */
    private List<int[]> parts(long seed, double... cuts) {
        Random random = new Random(seed);
        List<List<Integer>> parts = new ArrayList<>();
        for (int part = 0; part <= cuts.length; part++) {
            parts.add(new ArrayList<>());
        }
        for (List<Integer> group : Labels.groups(this)) {
            Collections.shuffle(group, random);
            boolean enough = group.size() > cuts.length;
            int from = 0;
            for (int part = 0; part <= cuts.length; part++) {
                int to = part == cuts.length ? group.size() : (int) Math.round(cuts[part] * group.size());
                if (enough) {
                    to = Math.max(from + 1, Math.min(group.size() - (cuts.length - part), to));
                }
                parts.get(part).addAll(group.subList(from, to));
                from = to;
            }
        }
        checkArgument(
                parts.stream().noneMatch(List::isEmpty),
                "Dataset.split expects examples on either side but got %s; use another fraction",
                parts.stream().map(part -> Integer.toString(part.size())).collect(Collectors.joining(" and ")));
        parts.forEach(part -> Collections.shuffle(part, random));
        return parts.stream().map(Dataset::toArray).toList();
    }

    private static int[] toArray(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The rows of each batch of one pass in order; the last batch may be smaller.
     *
     * @param batchSize number of examples, at least 1; all of them where there are fewer
     */
    public List<int[]> batches(int batchSize) {
        return batches(batchSize, TailBatch.KEEP, IntStream.range(0, size).toArray());
    }

    /**
     * The rows of each batch of one shuffled pass.
     *
     * @param batchSize number of examples, at least 1; all of them where there are fewer
     * @param tail what becomes of a smaller last batch
     * @param seed of the shuffle
     */
    public List<int[]> batches(int batchSize, TailBatch tail, long seed) {
        return batches(batchSize, tail, Sampling.shuffled(), seed);
    }

    /**
     * The rows of each batch of one pass over the examples that a sampling draws.
     *
     * @param batchSize number of examples, at least 1; all of them where there are fewer
     * @param tail what becomes of a smaller last batch
     * @param sampling the examples and their order
     * @param seed of the sampling
     * @throws IllegalArgumentException if the sampling is not for these data, or yields no row or one that is none
     */
    public List<int[]> batches(int batchSize, TailBatch tail, Sampling sampling, long seed) {
        checkGiven(tail, "Dataset.batches", "a TailBatch");
        checkGiven(sampling, "Dataset.batches", "a Sampling");
        int[] rows = checkGiven(sampling.rows(this, seed), "Dataset.batches", "rows from " + sampling);
        checkArgument(rows.length > 0, "Dataset.batches expects rows but got none from %s", sampling);
        for (int row : rows) {
            checkArgument(
                    0 <= row && row < size,
                    "Dataset.batches expects rows from 0 to %s but got %s from %s",
                    size - 1,
                    row,
                    sampling);
        }
        return batches(batchSize, tail, rows);
    }

    private List<int[]> batches(int batchSize, TailBatch tail, int[] rows) {
        checkArgument(batchSize >= 1, "batchSize expects at least 1 example but got %s", batchSize);
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < rows.length; from += batchSize) {
            int to = Math.min(rows.length, from + batchSize);
            int left = rows.length - to;
            if (tail == TailBatch.MERGE && left > 0 && left < batchSize) {
                to = rows.length;
            }
            if (tail == TailBatch.DROP && to - from < batchSize && !batches.isEmpty()) {
                break;
            }
            batches.add(Arrays.copyOfRange(rows, from, to));
            from = to - batchSize;
        }
        return batches;
    }

    /**
     * Checks that all numbers are finite that are in memory; others are looked at when they are read.
     *
     * @throws IllegalArgumentException that names the array and the first row with a NaN or infinity
     */
    public void requireFinite() {
        inputs.forEach(this::requireFinite);
        targets.forEach(this::requireFinite);
    }

    private void requireFinite(String name, INDArray array) {
        if (Tensors.isFinite(array)) {
            return;
        }
        double[] values = array.data().asDouble();
        int width = values.length / size;
        int bad = IntStream.range(0, values.length)
                .filter(i -> !Double.isFinite(values[i]))
                .findFirst()
                .orElse(0);
        throw new IllegalArgumentException("Dataset expects finite numbers in \"" + name + "\" but got " + values[bad]
                + " in row " + bad / width + "; clean or impute the data");
    }

    @Override
    public String toString() {
        return "Dataset[" + size + " examples, " + describeInputs()
                + (targets.isEmpty() ? "" : ", " + describe(targets)) + describeClasses()
                + (weights == null ? "" : ", weighted")
                + (streamed == null ? "" : ", read on demand, in memory " + (bytes() >> 20) + " MB") + "]";
    }

    private String describeInputs() {
        Streamed from = streamed;
        return from == null ? describe(inputs) : FEATURES + " " + Arrays.toString(from.source.shape());
    }

    private String describeClasses() {
        boolean named = targets.size() == 1 && kinds.containsValue(LabelKind.CLASS_NUMBERS);
        return named ? " with " + classes() + " classes" + (classNames.isEmpty() ? "" : " " + classNames()) : "";
    }

    private static String describe(Map<String, INDArray> arrays) {
        List<String> words = new ArrayList<>();
        arrays.forEach((name, array) ->
                words.add(name + " " + Arrays.toString(Arrays.copyOfRange(array.shape(), 1, array.rank()))));
        return String.join(", ", words);
    }
}
