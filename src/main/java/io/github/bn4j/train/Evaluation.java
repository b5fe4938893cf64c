package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the outputs of a network compare with what was wanted: each by what it is for, a classification or a regression. Prints
 * as the measures of each output; where classes have names, and are no more than 20, with a table of which was taken for which.
 */
public final class Evaluation {

    private static final String OUTPUT = "output";

    private final int examples;
    private final Map<String, Comparison> outputs;

    Evaluation(int examples, Map<String, Comparison> outputs) {
        this.examples = examples;
        this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /**
     * Compares arrays of which the targets show what the output is for: class numbers for one score per class, or targets
     * that are no distributions.
     *
     * @param output an output of a network, {@code [examples, …]}. Not modified.
     * @param target class numbers {@code [examples]} or targets shaped like the output. Not modified.
     * @throws IllegalArgumentException if the targets could be distributions over classes as well as other numbers, if shapes
     *     do not fit together, or if a target is NaN, infinite or not the number of a class
     */
    public static Evaluation of(INDArray output, INDArray target) {
        checkGiven(output, "Evaluation", "outputs");
        checkGiven(target, "Evaluation", "targets");
        Shape wanted = Objective.perExample(target);
        Optional<Task> task = Task.of(Objective.perExample(output), wanted, Optional.empty(), LabelKind.of(target));
        checkArgument(
                task.isPresent(),
                "Evaluation.of expects targets that show whether this is a classification but got %s of distributions, or of"
                        + " numbers that look like them; add Task.CLASSIFICATION or Task.REGRESSION",
                wanted);
        return of(output, target, task.get());
    }

    /**
     * Compares arrays.
     *
     * @param output an output of a network, {@code [examples, …]}; scores {@code [examples, classes]} in a classification.
     *     Not modified.
     * @param target targets shaped like the output, or class numbers {@code [examples]} in a classification. Not modified.
     * @throws IllegalArgumentException if shapes do not fit together, or a target is NaN, infinite or not the number of a class
     */
    public static Evaluation of(INDArray output, INDArray target, Task task) {
        checkGiven(output, "Evaluation", "outputs");
        checkGiven(target, "Evaluation", "targets");
        checkGiven(task, "Evaluation", "a Task");
        checkArgument(
                output.size(0) == target.size(0),
                "Evaluation expects as many targets as outputs but got %s and %s; give each example one of both",
                target.size(0),
                output.size(0));
        task.requireShapes(OUTPUT, Objective.perExample(output), Objective.perExample(target));
        return new Evaluation((int) output.size(0), Map.of(OUTPUT, Comparison.of(output, target, task, List.of())));
    }

    /** The number of examples. */
    public int examples() {
        return examples;
    }

    /** The names of the outputs that were compared. */
    public Set<String> outputs() {
        return outputs.keySet();
    }

    /**
     * The evaluation of one output.
     *
     * @throws IllegalArgumentException if there is none of that name; the message lists those there are
     */
    public Evaluation output(String name) {
        checkGiven(name, "Evaluation.output", "the name of an output");
        Comparison one = checkPresent(
                outputs.get(name),
                "Evaluation.output expects the name of an output but got \"%s\"; there are %s",
                name,
                outputs.keySet());
        return new Evaluation(examples, Map.of(name, one));
    }

    /**
     * What the output is for.
     *
     * @throws IllegalStateException if there are several outputs
     */
    public Task task() {
        return only("task").task();
    }

    /**
     * Whether the output has one score per class, so that there is an accuracy.
     *
     * @throws IllegalStateException if there are several outputs
     */
    public boolean isClassification() {
        return only("isClassification").task() == Task.CLASSIFICATION;
    }

    /**
     * The number of examples with an output that says nothing: NaN, or, of a classification, a largest score that is infinite
     * ({@code −∞} is a score like any other, the logarithm of 0). They count as wrong.
     *
     * @throws IllegalStateException if there are several outputs
     */
    public int withoutResult() {
        return only("withoutResult").withoutResult();
    }

    /**
     * The share of examples whose largest output is that of the wanted class. Examples {@linkplain #withoutResult() without a
     * result} are not among them.
     *
     * @throws IllegalStateException if this is no classification, or there are several outputs
     */
    public double accuracy() {
        return classified("accuracy").accuracy();
    }

    /**
     * How often each class (row) was taken for each class (column). Examples {@linkplain #withoutResult() without a result} were
     * taken for none, so they are in no column.
     *
     * @throws IllegalStateException if this is no classification, or there are several outputs
     */
    public int[][] confusion() {
        return Arrays.stream(classified("confusion").confusion())
                .map(int[]::clone)
                .toArray(int[][]::new);
    }

    /**
     * The mean squared difference, over all elements.
     *
     * @throws IllegalStateException if this is no regression, or there are several outputs
     */
    public double meanSquaredError() {
        return regressed("meanSquaredError").meanSquaredError();
    }

    /**
     * The mean of the sizes of the differences, over all elements.
     *
     * @throws IllegalStateException if this is no regression, or there are several outputs
     */
    public double meanAbsoluteError() {
        return regressed("meanAbsoluteError").meanAbsoluteError();
    }

    private Comparison only(String method) {
        checkState(
                outputs.size() == 1,
                "%s expects the evaluation of one output but got those of %s; choose one by output(name)",
                method,
                outputs.keySet());
        return outputs.values().iterator().next();
    }

    private Classified classified(String method) {
        if (only(method) instanceof Classified classified) {
            return classified;
        }
        throw new IllegalStateException(method
                + " expects a classification but got a regression; use meanSquaredError() or" + " meanAbsoluteError()");
    }

    private Regressed regressed(String method) {
        if (only(method) instanceof Regressed regressed) {
            return regressed;
        }
        throw new IllegalStateException(
                method + " expects a regression but got a classification; use accuracy() or confusion()");
    }

    @Override
    public String toString() {
        String measures = outputs.size() == 1
                ? outputs.values().iterator().next().describe()
                : outputs.entrySet().stream()
                        .map(output ->
                                output.getKey() + ": " + output.getValue().describe())
                        .collect(Collectors.joining("; "));
        String table = outputs.size() == 1 ? outputs.values().iterator().next().table() : "";
        return "Evaluation[" + examples + " examples, " + measures + "]" + table;
    }
}
