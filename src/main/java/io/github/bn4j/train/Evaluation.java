package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How the outputs of a network compare with what was wanted. */
public final class Evaluation {

    private final double[] outputs;
    private final double[] targets;
    private final int rows;
    private final boolean classes;
    private final boolean sameShape;

    private Evaluation(INDArray output, INDArray target) {
        this.rows = (int) output.size(0);
        this.classes = output.rank() == 2 && (target.rank() == 1 || Arrays.equals(target.shape(), output.shape()));
        this.sameShape = Arrays.equals(target.shape(), output.shape());
        this.outputs = Tensors.dense(output, DataType.DOUBLE).dup('c').data().asDouble();
        this.targets = Tensors.dense(target, DataType.DOUBLE).dup('c').data().asDouble();
    }

    /**
     * Compares.
     *
     * @param output outputs of a network, {@code [examples, …]}. Not modified.
     * @param target class numbers {@code [examples]} or targets shaped like the outputs. Not modified.
     * @throws IllegalArgumentException if there are more or fewer targets than outputs, or one is NaN or infinite
     */
    public static Evaluation of(INDArray output, INDArray target) {
        if (output.size(0) != target.size(0)) {
            throw new IllegalArgumentException("Evaluation expects as many targets as outputs but got " + target.size(0)
                    + " and " + output.size(0));
        }
        Evaluation evaluation = new Evaluation(output, target);
        evaluation.requireFiniteTargets();
        return evaluation;
    }

    private void requireFiniteTargets() {
        for (int i = 0; i < targets.length; i++) {
            checkArgument(
                    Double.isFinite(targets[i]),
                    "Evaluation expects finite targets but got %s in row %s; leave out examples without a target",
                    targets[i],
                    i / (targets.length / rows));
        }
    }

    /** The number of examples. */
    public int examples() {
        return rows;
    }

    /** Whether the outputs are one score per class and the targets class numbers or distributions. */
    public boolean isClassification() {
        return classes;
    }

    /**
     * The number of examples with an output that says nothing: NaN, or, of a classification, a largest score that is infinite
     * ({@code −∞} is a score like any other, the logarithm of 0). They count as wrong.
     */
    public int withoutResult() {
        int count = 0;
        int width = outputs.length / rows;
        for (int row = 0; row < rows; row++) {
            if (!hasResult(row, width)) {
                count++;
            }
        }
        return count;
    }

    private boolean hasResult(int row, int width) {
        boolean finite = true;
        boolean number = true;
        for (int i = row * width; i < (row + 1) * width; i++) {
            finite &= Double.isFinite(outputs[i]);
            number &= !Double.isNaN(outputs[i]);
        }
        return finite || (classes && number && Double.isFinite(outputs[row * width + largest(outputs, row, width)]));
    }

    /**
     * The share of examples whose largest output is that of the wanted class. Examples {@linkplain #withoutResult() without a
     * result} are not among them.
     *
     * @throws IllegalStateException if outputs and targets are not those of a classification
     * @throws IllegalArgumentException if a label is not the number of a class
     */
    public double accuracy() {
        int width = requireClasses();
        int right = 0;
        for (int row = 0; row < rows; row++) {
            if (wanted(row, width) == largest(outputs, row, width) && hasResult(row, width)) {
                right++;
            }
        }
        return (double) right / rows;
    }

    /**
     * How often each class (row) was taken for each class (column). Examples {@linkplain #withoutResult() without a result} were
     * taken for none, so they are in no column.
     *
     * @throws IllegalStateException if outputs and targets are not those of a classification
     * @throws IllegalArgumentException if a label is not the number of a class
     */
    public int[][] confusion() {
        int width = requireClasses();
        int[][] counts = new int[width][width];
        for (int row = 0; row < rows; row++) {
            int wanted = wanted(row, width);
            if (hasResult(row, width)) {
                counts[wanted][largest(outputs, row, width)]++;
            }
        }
        return counts;
    }

    /**
     * The mean squared difference.
     *
     * @throws IllegalStateException if outputs and targets have different shapes
     */
    public double meanSquaredError() {
        checkState(sameShape, "meanSquaredError expects targets shaped like the outputs but got class numbers");
        double sum = 0;
        for (int i = 0; i < outputs.length; i++) {
            sum += (outputs[i] - targets[i]) * (outputs[i] - targets[i]);
        }
        return sum / outputs.length;
    }

    private int requireClasses() {
        checkState(
                classes,
                "accuracy expects one output per class and labels as class numbers but got other shapes;"
                        + " use meanSquaredError()");
        return outputs.length / rows;
    }

    private int wanted(int row, int width) {
        if (targets.length != rows) {
            return largest(targets, row, width);
        }
        double label = targets[row];
        checkArgument(
                label >= 0 && label < width && label == Math.rint(label),
                "Evaluation expects labels as whole numbers from 0 to %s but got %s in row %s; number the classes from 0",
                width - 1,
                label,
                row);
        return (int) label;
    }

    private static int largest(double[] values, int row, int width) {
        int best = 0;
        for (int i = 1; i < width; i++) {
            if (values[row * width + i] > values[row * width + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public String toString() {
        String figure = classes
                ? String.format(Locale.ROOT, "accuracy %.4f", accuracy())
                : String.format(Locale.ROOT, "mean squared error %.6g", sameShape ? meanSquaredError() : Double.NaN);
        int without = withoutResult();
        return "Evaluation[" + rows + " examples, " + figure
                + (without == 0 ? "" : ", " + without + " with NaN or infinite outputs") + "]";
    }
}
