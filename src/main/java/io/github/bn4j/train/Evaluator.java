package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkPresent;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Judges a network: the outputs that it was trained for, or all if it was not trained.
 *
 * @param network its graph
 * @param memory what it was trained for
 */
public record Evaluator(Graph network, TrainingMemory memory) {

    /** An output, its targets and what it is judged as. */
    private record Judged(String output, String target, Task task) {}

    /**
     * Compares predictions with targets.
     *
     * @param data targets by the names of the outputs; of any name where there is one of each
     * @param said what the outputs are for; empty to go by the loss of the training, else by what the targets are
     * @param predict from the inputs of {@code data}, or of some of them, to all outputs by name
     * @throws IllegalArgumentException if targets are missing, do not fit an output, or leave open what it is for
     */
    public Evaluation evaluate(Dataset data, Optional<Task> said, UnaryOperator<Map<String, INDArray>> predict) {
        List<Judged> all = judged(data, said);
        Map<String, INDArray> outputs = DataOutputs.of(data, predict);
        Map<String, Comparison> comparisons = new LinkedHashMap<>();
        for (Judged each : all) {
            INDArray output = requireNonNull(outputs.get(each.output));
            INDArray target = requireNonNull(data.targets().get(each.target));
            List<String> names = data.classNames(each.target).isEmpty()
                    ? memory.of(each.output).classNames()
                    : data.classNames(each.target);
            comparisons.put(each.output, comparison(each, output, target, names));
        }
        return new Evaluation(data.size(), comparisons);
    }

    /**
     * All outputs by name for all examples of data, in memory or read on demand.
     *
     * @param predict from the inputs of {@code data}, or of some of them, to all outputs by name
     */
    public static Map<String, INDArray> outputs(Dataset data, UnaryOperator<Map<String, INDArray>> predict) {
        return DataOutputs.of(data, predict);
    }

    private Comparison comparison(Judged each, INDArray output, INDArray target, List<String> names) {
        OptionalInt ignored = memory.of(each.output).ignored();
        boolean numbers = each.task == Task.CLASSIFICATION && target.rank() < output.rank();
        Optional<CountedPositions> counted = numbers && ignored.isPresent()
                ? CountedPositions.without(ignored.getAsInt(), target)
                : Optional.empty();
        if (counted.isEmpty()) {
            return Comparison.of(output, Tensors.copy(target), each.task, names);
        }
        checkArgument(
                !counted.get().rows().isEmpty(),
                "evaluate expects targets for output \"%s\" with a class but got %s alone, which its loss ignores",
                each.output,
                ignored.getAsInt());
        return Comparison.of(counted.get().scores(output), counted.get().labels(target), each.task, names);
    }

    private List<Judged> judged(Dataset data, Optional<Task> said) {
        Map<String, OutputTask> told = memory.outputs();
        Set<String> outputs = new LinkedHashSet<>(network.outputs().keySet());
        if (memory.trainings() > 0 && !Collections.disjoint(outputs, told.keySet())) {
            outputs.retainAll(told.keySet());
        }
        boolean single = outputs.size() == 1 && data.targets().size() == 1;
        List<Judged> judged = new ArrayList<>();
        for (String output : outputs) {
            String target = single ? data.targets().keySet().iterator().next() : output;
            judged.add(new Judged(output, target, task(output, target, data, said)));
        }
        return judged;
    }

    private Task task(String output, String target, Dataset data, Optional<Task> said) {
        INDArray array = checkPresent(
                data.targets().get(target),
                "evaluate expects targets for output \"%s\" but got %s; name each array of targets after its output",
                output,
                data.targets().keySet());
        ClassNames.requireSame(
                "evaluate expects data with the classes that output \"" + output + "\" was trained on, numbered alike,",
                memory.of(output).classNames(),
                data.classNames(target),
                "give Csv or ImageFolder the classNames() of the network");
        Shape shape = requireNonNull(network.outputs().get(output)).shape();
        Shape wanted = Objective.perExample(array);
        LabelKind kind = requireNonNull(data.labelKinds().get(target));
        Optional<Task> task = said.isPresent()
                ? said
                : Task.of(shape, wanted, memory.of(output).task(), kind);
        checkArgument(
                task.isPresent(),
                "evaluate expects to know whether output \"%s\" is a classification but got targets %s of"
                        + " distributions, or of numbers that look like them, and %s; call evaluate(data,"
                        + " Task.CLASSIFICATION) or evaluate(data, Task.REGRESSION)",
                output,
                wanted,
                memory.outputs().containsKey(output) ? "a loss that does not say" : "no training");
        task.get().requireShapes(output, shape, wanted);
        return task.get();
    }
}
