package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.internal.Distributions;
import io.github.bn4j.internal.Floats;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network said of some examples beside what was wanted, for a {@link Metric}. Where each position of an image has a class,
 * the positions are examples of their own.
 */
public final class Predictions {

    /** What {@link #told} says where no class has the largest score. */
    public static final int NOTHING = -1;

    private final Task task;
    private final int size;
    private final int width;
    private final double[] outputs;
    private final double[] targets;
    private final boolean classNumbers;

    private Predictions(Task task, int size, int width, double[] outputs, double[] targets) {
        this.task = task;
        this.size = size;
        this.width = width;
        this.outputs = outputs;
        this.targets = targets;
        this.classNumbers = task == Task.CLASSIFICATION && targets.length < outputs.length;
    }

    /**
     * Puts arrays beside each other.
     *
     * @param output {@code [examples, …]}; of a classification {@code [examples, classes, …]}. Not modified.
     * @param target shaped like the output; of a classification also class numbers {@code [examples, …]}. Not modified.
     * @throws IllegalArgumentException if shapes do not fit together, or a target is NaN, infinite, not the number of a class, or
     *     of a multi-label classification neither 0 nor 1
     */
    public static Predictions of(INDArray output, INDArray target, Task task) {
        requireFit(output, target, task);
        return of(output, target, task, 0);
    }

    /** Refuses arrays that cannot be compared. */
    static void requireFit(INDArray output, INDArray target, Task task) {
        checkGiven(output, "Evaluation", "outputs");
        checkGiven(target, "Evaluation", "targets");
        checkGiven(task, "Evaluation", "a Task");
        checkArgument(
                output.size(0) == target.size(0),
                "Evaluation expects as many targets as outputs but got %s and %s; give each example one of both",
                target.size(0),
                output.size(0));
        task.requireShapes("output", Objective.perExample(output), Objective.perExample(target));
    }

    /**
     * Puts arrays beside each other that are part of others.
     *
     * @param firstRow the number of their first example, for messages
     */
    static Predictions of(INDArray output, INDArray target, Task task, int firstRow) {
        int rows = Math.toIntExact(output.size(0));
        double[] outputs = Floats.values(output);
        double[] targets = Floats.values(target);
        int each = targets.length / rows;
        for (int i = 0; i < targets.length; i++) {
            checkArgument(
                    Double.isFinite(targets[i]),
                    "Evaluation expects finite targets but got %s in row %s; leave out examples without a target",
                    targets[i],
                    firstRow + i / each);
        }
        if (task != Task.CLASSIFICATION) {
            requireLabels(task, targets, each, firstRow);
            return new Predictions(task, rows, outputs.length / rows, outputs, targets);
        }
        int classes = Math.toIntExact(output.size(1));
        int positions = outputs.length / rows / classes;
        if (each == positions) {
            requireClassNumbers(targets, each, classes, firstRow);
        } else {
            targets = classesLast(targets, rows, classes, positions);
        }
        return new Predictions(
                task, rows * positions, classes, classesLast(outputs, rows, classes, positions), targets);
    }

    private static void requireLabels(Task task, double[] targets, int each, int firstRow) {
        for (int i = 0; task == Task.MULTI_LABEL && i < targets.length; i++) {
            checkArgument(
                    targets[i] == 0 || targets[i] == 1,
                    "Evaluation expects labels 0 or 1 but got %s in row %s; say 1 for each label that an example has",
                    targets[i],
                    firstRow + i / each);
        }
    }

    private static void requireClassNumbers(double[] labels, int each, int classes, int firstRow) {
        for (int i = 0; i < labels.length; i++) {
            checkArgument(
                    Distributions.isClass(labels[i], classes),
                    "Evaluation expects labels as whole numbers from 0 to %s but got %s in row %s; number the classes"
                            + " from 0",
                    classes - 1,
                    labels[i],
                    firstRow + i / each);
        }
    }

    /** From {@code [rows, classes, positions]} to {@code [rows, positions, classes]}. */
    private static double[] classesLast(double[] values, int rows, int classes, int positions) {
        if (positions == 1) {
            return values;
        }
        double[] turned = new double[values.length];
        int to = 0;
        for (int row = 0; row < rows; row++) {
            for (int position = 0; position < positions; position++) {
                for (int number = 0; number < classes; number++) {
                    turned[to] = values[(row * classes + number) * positions + position];
                    to++;
                }
            }
        }
        return turned;
    }

    /** What the outputs are for. */
    public Task task() {
        return task;
    }

    /** The number of examples. */
    public int size() {
        return size;
    }

    /** How many numbers an output has: scores of classes, logits of labels, or elements. */
    public int width() {
        return width;
    }

    /**
     * A number of an output: a score, or logit, as it leaves the network.
     *
     * @param row from 0 to {@link #size}
     * @param i from 0 to {@link #width}
     */
    public double output(int row, int i) {
        return outputs[row * width + i];
    }

    /**
     * What that number should have been; of a classification the share of the class, 1 for the only one.
     *
     * @param row from 0 to {@link #size}
     * @param i from 0 to {@link #width}
     */
    public double target(int row, int i) {
        if (classNumbers) {
            return targets[row] == i ? 1 : 0;
        }
        return targets[row * width + i];
    }

    /** The wanted class, of a distribution the one with the largest share. */
    public int label(int row) {
        return classNumbers ? (int) targets[row] : largest(targets, row);
    }

    /** The class with the largest score, the first of several; {@link #NOTHING} if a score is NaN or the largest one infinite. */
    public int told(int row) {
        int told = largest(outputs, row);
        for (int i = 0; i < width; i++) {
            if (Double.isNaN(output(row, i))) {
                return NOTHING;
            }
        }
        return Double.isFinite(output(row, told)) ? told : NOTHING;
    }

    private int largest(double[] values, int row) {
        int best = 0;
        for (int i = 1; i < width; i++) {
            if (values[row * width + i] > values[row * width + best]) {
                best = i;
            }
        }
        return best;
    }

    /** Whether an output says something: no class if it is {@link #NOTHING}, else no element that is NaN or infinite. */
    boolean hasResult(int row) {
        return task == Task.CLASSIFICATION
                ? told(row) != NOTHING
                : Arrays.stream(outputs, row * width, (row + 1) * width).allMatch(Double::isFinite);
    }

    /**
     * The probability of each class of an example, of each label in a multi-label classification.
     *
     * @param row from 0 to {@link #size}
     */
    public double[] probabilities(int row) {
        double[] values = Arrays.copyOfRange(outputs, row * width, (row + 1) * width);
        if (task == Task.MULTI_LABEL) {
            return Arrays.stream(values)
                    .map(logit -> 1 / (1 + Math.exp(-logit)))
                    .toArray();
        }
        double sum = logOfSum(row);
        return Arrays.stream(values).map(score -> Math.exp(score - sum)).toArray();
    }

    /** The logarithm of the sum of the exponentials of the scores. */
    double logOfSum(int row) {
        return logOfSumWithout(row, NOTHING);
    }

    /** The logarithm of the sum of the exponentials of all scores but one. */
    double logOfSumWithout(int row, int number) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < width; i++) {
            largest = i == number ? largest : Math.max(largest, output(row, i));
        }
        if (Double.isInfinite(largest)) {
            return largest;
        }
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += i == number ? 0 : Math.exp(output(row, i) - largest);
        }
        return largest + Math.log(sum);
    }

    @Override
    public String toString() {
        return "Predictions[" + size + " examples of " + width + " numbers, " + task + "]";
    }
}
