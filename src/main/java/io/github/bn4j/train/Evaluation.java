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
     */
    public static Evaluation of(INDArray output, INDArray target) {
        if (output.size(0) != target.size(0)) {
            throw new IllegalArgumentException("Evaluation expects as many targets as outputs but got " + target.size(0)
                    + " and " + output.size(0));
        }
        return new Evaluation(output, target);
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
     * The share of examples whose largest output is that of the wanted class.
     *
     * @throws IllegalStateException if outputs and targets are not those of a classification
     * @throws IllegalArgumentException if a label is not the number of a class
     */
    public double accuracy() {
        int width = requireClasses();
        int right = 0;
        for (int row = 0; row < rows; row++) {
            if (largest(outputs, row, width) == wanted(row, width)) {
                right++;
            }
        }
        return (double) right / rows;
    }

    /**
     * How often each class (row) was taken for each class (column).
     *
     * @throws IllegalStateException if outputs and targets are not those of a classification
     * @throws IllegalArgumentException if a label is not the number of a class
     */
    public int[][] confusion() {
        int width = requireClasses();
        int[][] counts = new int[width][width];
        for (int row = 0; row < rows; row++) {
            counts[wanted(row, width)][largest(outputs, row, width)]++;
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
        return classes
                ? String.format(Locale.ROOT, "Evaluation[%d examples, accuracy %.4f]", rows, accuracy())
                : String.format(
                        Locale.ROOT,
                        "Evaluation[%d examples, mean squared error %.6g]",
                        rows,
                        sameShape ? meanSquaredError() : Double.NaN);
    }
}
