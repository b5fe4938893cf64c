package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.LabelKind;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import java.util.Collections;
import java.util.EnumSet;
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
                "Evaluation.of expects targets that show whether this is a classification but got %s of distributions,"
                        + " or of numbers that look like them; add Task.CLASSIFICATION or Task.REGRESSION",
                wanted);
        return of(output, target, task.get());
    }

    /**
     * Compares arrays.
     *
     * @param output an output of a network, {@code [examples, …]}; scores {@code [examples, classes, …]} in a classification,
     *     logits in a multi-label one. Not modified.
     * @param target targets shaped like the output, or class numbers {@code [examples, …]} in a classification. Not modified.
     * @throws IllegalArgumentException if shapes do not fit together, or a target is NaN, infinite or not the number of a class
     */
    public static Evaluation of(INDArray output, INDArray target, Task task) {
        Predictions.requireFit(output, target, task);
        // What the caller does to the arrays later is not to change what was compared.
        Comparison comparison = Comparison.of(Tensors.copy(output), Tensors.copy(target), task, List.of());
        return new Evaluation((int) output.size(0), Map.of(OUTPUT, comparison));
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
     * Whether the output has one score per class or label, so that there is an accuracy.
     *
     * @throws IllegalStateException if there are several outputs
     */
    public boolean isClassification() {
        return only("isClassification").task() != Task.REGRESSION;
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
     * The value of any metric, yours too. Those below are short for it.
     *
     * @return NaN where it is not defined
     * @throws IllegalStateException if it is not for this task, or there are several outputs
     */
    public double value(Metric metric) {
        checkGiven(metric, "value", "a Metric");
        return only(metric.name()).value(metric);
    }

    /**
     * The share of examples whose largest output is that of the wanted class; see {@link Metric#accuracy}. Examples {@linkplain
     * #withoutResult() without a result} are not among them.
     *
     * @throws IllegalStateException if this is no classification, or there are several outputs
     */
    public double accuracy() {
        return value(Metric.accuracy());
    }

    /**
     * How often each class (row) was taken for each class (column). Examples {@linkplain #withoutResult() without a result} were
     * taken for none, so they are in no column.
     *
     * @throws IllegalStateException if this is no classification with one class per example, or there are several outputs
     */
    public int[][] confusion() {
        Comparison one = only("confusion");
        checkState(
                one.task() == Task.CLASSIFICATION,
                "%s",
                one.task().refusal("confusion", EnumSet.of(Task.CLASSIFICATION)));
        return one.confusion();
    }

    /**
     * The names of the classes, that of class 0 first; empty if they have none.
     *
     * @throws IllegalStateException if there are several outputs
     */
    public List<String> classNames() {
        return only("classNames").classNames();
    }

    /**
     * The numbers of the classes, or labels, that no example is of. Such a class says nothing of its recall, so {@link
     * #balancedAccuracy}, {@link #rocAuc} and {@link #averagePrecision} are means over the others; {@link #precision}, {@link #recall}, {@link
     * #f1} and {@link #iou} leave it out if no example was taken for it either, and else count 0 for it.
     *
     * @throws IllegalStateException if this is a regression, or there are several outputs
     */
    public List<Integer> absentClasses() {
        Comparison one = only("absentClasses");
        checkState(
                one.task() != Task.REGRESSION,
                "%s",
                one.task().refusal("absentClasses", EnumSet.of(Task.CLASSIFICATION, Task.MULTI_LABEL)));
        return one.absentClasses();
    }

    /** The share of examples whose wanted class is among those with the {@code k} largest outputs. See {@link Metric#topK}. */
    public double topK(int k) {
        return value(Metric.topK(k));
    }

    /** The mean over classes of the share of the examples taken for one that are of it. See {@link Metric#precision}. */
    public double precision() {
        return value(Metric.precision());
    }

    /** The mean over classes of the share of their examples that are taken for them. See {@link Metric#recall}. */
    public double recall() {
        return value(Metric.recall());
    }

    /** The mean over classes of the harmonic mean of precision and recall (macro). See {@link Metric#f1}. */
    public double f1() {
        return value(Metric.f1());
    }

    /** The mean recall of the classes that occur. See {@link Metric#balancedAccuracy}. */
    public double balancedAccuracy() {
        return value(Metric.balancedAccuracy());
    }

    /** The correlation of wanted and told classes. See {@link Metric#matthews}. */
    public double matthews() {
        return value(Metric.matthews());
    }

    /** The mean of −log of the probability of the wanted class. See {@link Metric#logLoss}. */
    public double logLoss() {
        return value(Metric.logLoss());
    }

    /** The squared difference of the probabilities from what was wanted. See {@link Metric#brier}. */
    public double brier() {
        return value(Metric.brier());
    }

    /** How far probabilities are from how often they are right, in 15 bins. See {@link Metric#calibrationError()}. */
    public double calibrationError() {
        return value(Metric.calibrationError());
    }

    /** The area under the ROC curve, of several classes the mean of each against the rest. See {@link Metric#rocAuc}. */
    public double rocAuc() {
        return value(Metric.rocAuc());
    }

    /** The area under the curve of precision and recall, likewise. See {@link Metric#averagePrecision}. */
    public double averagePrecision() {
        return value(Metric.averagePrecision());
    }

    /**
     * For each class against the rest, by the share of the others that are taken for it, the share of its examples that are: the ROC curve, from
     * the highest threshold for its score to the lowest. Of two classes that of the second alone, of labels one for each; those that no
     * example is of, or all, have none. The value of each is its {@link #rocAuc area}.
     *
     * @throws IllegalStateException if this is no classification, a score is NaN, all examples are of one class, or there are several outputs
     */
    public List<ScoreCurve> rocCurves() {
        return ScoreCurves.roc(only("rocCurves"));
    }

    /**
     * For each class, by the share of its examples that are found, the share of what is taken for it that is right; as {@link #rocCurves}
     * otherwise. In steps, so that the area below is the {@link #averagePrecision average precision}, the value of each.
     *
     * @throws IllegalStateException as of {@link #rocCurves}
     */
    public List<ScoreCurve> precisionRecallCurves() {
        return ScoreCurves.precisionRecall(only("precisionRecallCurves"));
    }

    /**
     * By the mean probability with which classes were told, how often that was right, in 15 bins of equal width without those that are
     * empty; of labels by the probability of each. Its value is the {@link #calibrationError() calibration error}.
     *
     * @throws IllegalStateException if this is no classification, a score is NaN, or there are several outputs
     */
    public ScoreCurve reliability() {
        return new CalibrationError(15).reliability(only("reliability"));
    }

    /** The mean over classes of intersection over union. See {@link Metric#iou}. */
    public double iou() {
        return value(Metric.iou());
    }

    /** The mean squared difference, over all elements. See {@link Metric#meanSquaredError}. */
    public double meanSquaredError() {
        return value(Metric.meanSquaredError());
    }

    /** The mean of the sizes of the differences, over all elements. See {@link Metric#meanAbsoluteError}. */
    public double meanAbsoluteError() {
        return value(Metric.meanAbsoluteError());
    }

    /** The root of the mean squared difference, over all elements. See {@link Metric#rootMeanSquaredError}. */
    public double rootMeanSquaredError() {
        return value(Metric.rootMeanSquaredError());
    }

    /** The share of the variance of the targets that is explained. See {@link Metric#r2}. */
    public double r2() {
        return value(Metric.r2());
    }

    private Comparison only(String method) {
        checkState(
                outputs.size() == 1,
                "%s expects the evaluation of one output but got those of %s; choose one by output(name)",
                method,
                outputs.keySet());
        return outputs.values().iterator().next();
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
