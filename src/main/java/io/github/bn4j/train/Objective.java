package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkPresent;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network's graph with target inputs and the loss on top.
 *
 * @param graph its output "loss" is the sum of all losses of an example
 * @param targets what each graph input that is a target stands for
 */
record Objective(Graph graph, Map<String, Target> targets) {

    /**
     * A target input.
     *
     * @param name its name in the data set
     * @param output the output that it is compared with
     * @param value that output in the graph
     * @param loss what compares them
     */
    record Target(String name, String output, Value value, Loss loss) {}

    static final String LOSS = "loss";
    private static final String PREFIX = "target ";

    /** Extends {@code network} by the losses of its outputs, for targets shaped like those of {@code data}. */
    static Objective of(Graph network, Map<String, Loss> losses, Dataset data) {
        Tracer tracer = new Tracer(network);
        Map<String, Target> targets = new LinkedHashMap<>();
        @Nullable Value total = null;
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
            targets.put(PREFIX + output, new Target(target, output, value, entry.getValue()));
            try {
                Value loss = entry.getValue().trace(tracer.scope(), value, wanted);
                total = total == null ? loss : tracer.scope().apply(new Addition(), total, loss);
            } catch (ShapeException failure) {
                throw failure.by("loss of output \"" + output + "\"");
            }
        }
        tracer.output(
                LOSS,
                checkPresent(
                        total, "fit expects a loss but got none; call loss(Loss.softmaxCrossEntropy()) or the like"));
        return new Objective(tracer.graph(), targets);
    }

    /**
     * Checks that class numbers mean what they meant to the network before, and the same in both data sets.
     *
     * @param validation null if there is none
     */
    void requireSameClasses(TrainingMemory memory, Dataset training, @Nullable Dataset validation) {
        for (Target target : targets.values()) {
            List<String> names = training.classNames(target.name());
            ClassNames.requireSame(
                    "fit expects training data with the classes that output \"" + target.output()
                            + "\" was trained on, numbered alike,",
                    memory.of(target.output()).classNames(),
                    names,
                    "give Csv or ImageFolder the classNames() of the network, or the network others by classNames(names)");
            if (validation != null) {
                ClassNames.requireSame(
                        "fit expects validation data with the classes of the training data, numbered alike,",
                        names.isEmpty() ? memory.of(target.output()).classNames() : names,
                        validation.classNames(target.name()),
                        "give Csv or ImageFolder the classNames() of the training data");
            }
        }
    }

    /** Tells what the outputs are trained for. */
    void tell(TrainingMemory memory, Dataset data) {
        targets.values()
                .forEach(target -> memory.tell(
                        target.output(), new OutputTask(target.loss().task(), data.classNames(target.name()))));
    }

    static Shape perExample(INDArray array) {
        return Shape.of(Arrays.copyOfRange(array.shape(), 1, array.rank()));
    }

    /**
     * The arrays of {@code data} for the graph's inputs, in their order, features and targets alike.
     *
     * @param role what to call {@code data} in a message about one of its rows
     */
    Map<String, INDArray> arrays(Dataset data, String role) {
        Map<String, Value> features = new LinkedHashMap<>(graph.inputs());
        features.keySet().removeAll(targets.keySet());
        Map<String, INDArray> arrays = Binding.ofData("fit with " + role, features, data.inputs());
        targets.forEach((name, target) -> {
            INDArray array = checkPresent(
                    data.targets().get(target.name()),
                    "fit expects target \"%s\" in the %s but got %s; name the arrays of both data sets alike",
                    target.name(),
                    role,
                    data.targets().keySet());
            ProgramRequirements.requireExamples(
                    name, requireNonNull(graph.inputs().get(name)).shape(), array);
            target.loss().check(target.value().shape(), array, role);
            arrays.put(name, array);
        });
        return arrays;
    }
}
