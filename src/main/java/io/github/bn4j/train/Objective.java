package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkPresent;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Distributions;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Multiplication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network's graph with target inputs and the loss on top.
 *
 * @param graph its output "loss" is the sum of all losses of an example; its last inputs are what those are multiplied by of
 *     which examples count differently, so that the mean over a batch is the weighted one
 * @param targets what each graph input that is a target stands for
 * @param weighted those of whose loss examples count differently, in the order of these last inputs
 */
record Objective(Graph graph, Map<String, Target> targets, List<Target> weighted) {

    /**
     * A target input.
     *
     * @param name its name in the data set
     * @param output the output that it is compared with
     * @param value that output in the graph
     * @param loss what compares them
     */
    record Target(String name, String output, Value value, Loss loss) {

        /** What examples count; empty if each counts 1. */
        Optional<double[]> weights(INDArray targets) {
            return loss.weights(value.shape(), targets);
        }
    }

    static final String LOSS = "loss";
    private static final String PREFIX = "target ";
    private static final String FACTOR = "factor ";

    /**
     * Extends {@code network} by the losses of its outputs, for targets shaped like those of {@code data}. Checks first that class
     * numbers mean what they meant to the network before, and the same in both data sets.
     *
     * @param role what {@code data} are for
     * @param validation null if there is none
     */
    static Objective of(
            Graph network,
            Map<String, Loss> losses,
            TrainingMemory memory,
            Dataset data,
            DataRole role,
            @Nullable Dataset validation) {
        boolean weighs = data.weights().isPresent()
                || (validation != null && validation.weights().isPresent());
        Tracer tracer = new Tracer(network);
        Map<String, Target> targets = new LinkedHashMap<>();
        Map<Target, Value> traced = new LinkedHashMap<>();
        for (Map.Entry<String, Loss> entry : losses.entrySet()) {
            String output = entry.getKey();
            Value value = checkPresent(
                    network.outputs().get(output),
                    "loss expects the name of an output but got \"%s\"; this network has %s",
                    output,
                    network.outputs().keySet());
            String target = losses.size() == 1 && data.targets().size() == 1
                    ? data.targets().keySet().iterator().next()
                    : output;
            INDArray array = checkPresent(
                    data.targets().get(target),
                    "loss of output \"%s\" expects targets of that name but got %s; name the targets after the outputs",
                    output,
                    data.targets().keySet());
            Value wanted = tracer.input(PREFIX + output, perExample(array));
            Target one = new Target(target, output, value, entry.getValue());
            targets.put(PREFIX + output, one);
            try {
                traced.put(one, entry.getValue().trace(tracer.scope(), value, wanted));
            } catch (ShapeException failure) {
                throw failure.by("loss of output \"" + output + "\"");
            }
            requireSameClasses(one, memory, data, role, validation);
            entry.getValue().check(value.shape(), array, role.toString());
        }
        List<Target> weighted = traced.keySet().stream()
                .filter(one -> weighs
                        || one.weights(requireNonNull(data.targets().get(one.name())))
                                .isPresent())
                .toList();
        @Nullable Value total = null;
        for (Map.Entry<Target, Value> each : traced.entrySet()) {
            Value loss = each.getValue();
            if (weighted.contains(each.getKey())) {
                Value factor = tracer.input(FACTOR + each.getKey().output(), Shape.of());
                loss = tracer.scope().apply(new Multiplication(), loss, factor);
            }
            total = total == null ? loss : tracer.scope().apply(new Addition(), total, loss);
        }
        tracer.output(
                LOSS,
                checkPresent(
                        total,
                        "%s expects a loss but got none; call loss(Loss.softmaxCrossEntropy()) or the like",
                        role.who()));
        return new Objective(tracer.graph(), targets, weighted);
    }

    private static void requireSameClasses(
            Target target, TrainingMemory memory, Dataset training, DataRole role, @Nullable Dataset validation) {
        List<String> before = memory.of(target.output()).classNames();
        List<String> names = training.classNames(target.name());
        ClassNames.requireSame(
                role.who() + " expects " + role + " with the classes that output \"" + target.output()
                        + "\" was trained on, numbered alike,",
                before,
                names,
                "give Csv or ImageFolder the classNames() of the network, or the network others by classNames(names)");
        if (validation != null) {
            ClassNames.requireSame(
                    "fit expects validation data with the classes of the training data, numbered alike,",
                    names.isEmpty() ? before : names,
                    validation.classNames(target.name()),
                    "give Csv or ImageFolder the classNames() of the training data");
        }
    }

    /** Tells what the outputs are trained for. */
    void tell(TrainingMemory memory, Dataset data) {
        targets.values()
                .forEach(target -> memory.tell(
                        target.output(),
                        new OutputTask(
                                target.loss().task(),
                                data.classNames(target.name()),
                                target.loss().ignoredClass())));
    }

    static Shape perExample(INDArray array) {
        return Shape.of(Arrays.copyOfRange(array.shape(), 1, array.rank()));
    }

    /**
     * The arrays of {@code data} for the graph's inputs, in their order, features and targets alike, without the factors of
     * weighted losses.
     *
     * @param role what {@code data} are for
     */
    Map<String, INDArray> arrays(Dataset data, DataRole role) {
        Map<String, INDArray> arrays = features(data, role);
        arrays.putAll(wanted(data, role));
        return arrays;
    }

    /** The arrays of {@code data} for the network's inputs, in their order; of one example where they are read on demand. */
    @CanIgnoreReturnValue
    Map<String, INDArray> features(Dataset data, DataRole role) {
        Dataset known = data.source().isPresent() ? data.select(0).load() : data;
        return features(known.inputs(), role);
    }

    /** Arrays of examples for the network's inputs, in their order. */
    Map<String, INDArray> features(Map<String, INDArray> inputs, DataRole role) {
        Map<String, Value> features = new LinkedHashMap<>(graph.inputs());
        features.keySet().removeAll(targets.keySet());
        weighted.forEach(target -> features.remove(FACTOR + target.output()));
        return Binding.ofData(role.who() + " with " + role, features, inputs);
    }

    /** The arrays of {@code data} for the inputs that are targets, in their order. */
    Map<String, INDArray> wanted(Dataset data, DataRole role) {
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        targets.forEach((name, target) -> {
            Shape shape = requireNonNull(graph.inputs().get(name)).shape();
            INDArray array = wanted(target, shape, target(target, data, role), role);
            ProgramRequirements.requireExamples(name, shape, array);
            arrays.put(name, array);
        });
        return arrays;
    }

    private static INDArray target(Target target, Dataset data, DataRole role) {
        return checkPresent(
                data.targets().get(target.name()),
                "%s expects target \"%s\" in the %s but got %s; name the arrays of both data sets alike",
                role.who(),
                target.name(),
                role,
                data.targets().keySet());
    }

    /** Targets as those of the training: distributions for class numbers, and an only number in their shape. */
    private static INDArray wanted(Target target, Shape shape, INDArray array, DataRole role) {
        Shape output = target.value().shape();
        if (ElementTargets.areSingle(shape, perExample(array))) {
            return array.reshape('c', shape.batched(array.size(0)));
        }
        boolean numbers = shape.equals(output)
                && output.rank() > 0
                && perExample(array).equals(Shape.of(Arrays.copyOfRange(output.dims(), 1, output.rank())));
        if (!numbers || !target.loss().task().equals(Optional.of(Task.CLASSIFICATION))) {
            return array;
        }
        target.loss().check(output, array, role.toString());
        return Distributions.oneHot(array, Math.toIntExact(output.dim(0)), array.dataType());
    }

    /** The arrays for the graph's inputs that are no features, by which {@code data} are judged as one batch. */
    Map<String, INDArray> judged(Dataset data, DataRole role) {
        Map<String, INDArray> arrays = wanted(data, role);
        targets.forEach((name, target) ->
                target.loss().check(target.value().shape(), requireNonNull(arrays.get(name)), role.toString()));
        List<Counting> countings = countings(arrays, data);
        requireExamples(countings, role);
        for (int i = 0; i < countings.size(); i++) {
            double[] factors = countings.get(i).factors();
            arrays.put(FACTOR + weighted.get(i).output(), Tensors.of(DataType.DOUBLE, factors, factors.length));
        }
        return arrays;
    }

    /** Refuses targets like those that this was made of where their loss does, or where their classes are others. */
    void requireTargets(Dataset data, TrainingMemory memory, DataRole role) {
        for (Target target : targets.values()) {
            requireSameClasses(target, memory, data, role, null);
            target.loss().check(target.value().shape(), target(target, data, role), role.toString());
        }
    }

    /**
     * What examples count in each of the weighted losses.
     *
     * @param arrays what {@link #wanted(Dataset, DataRole)} returned
     * @param data what it was given, for the weights of its examples
     */
    List<Counting> countings(Map<String, INDArray> arrays, Dataset data) {
        List<Counting> all = new ArrayList<>();
        for (Target target : weighted) {
            INDArray array = requireNonNull(arrays.get(PREFIX + target.output()));
            double[] own = data.weights().orElseGet(() -> ones(array));
            double[] divisors = target.weights(array).orElseGet(() -> ones(array));
            for (int row = 0; row < own.length; row++) {
                divisors[row] *= own[row];
            }
            all.add(new Counting(own, divisors));
        }
        return all;
    }

    /**
     * Refuses data of which nothing counts in some loss.
     *
     * @param countings for the weighted losses
     */
    void requireExamples(List<Counting> countings, DataRole role) {
        for (int i = 0; i < countings.size(); i++) {
            Target target = weighted.get(i);
            checkArgument(
                    countings.get(i).sum() > 0,
                    "loss of output \"%s\" expects examples that count but got %s of weight 0 in the %s; look at their"
                            + " weights, and the class weights and the ignored class of %s",
                    target.output(),
                    countings.get(i).divisors().length,
                    role,
                    target.loss());
        }
    }

    private static double[] ones(INDArray array) {
        double[] ones = new double[(int) array.size(0)];
        Arrays.fill(ones, 1);
        return ones;
    }
}
