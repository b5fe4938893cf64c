package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.List;
import java.util.Locale;

/**
 * The classes that the largest scores tell, against the wanted ones.
 *
 * @param examples their number
 * @param withoutResult how many of them have a score of NaN, or a largest one that is infinite
 * @param confusion how often each class (row) was taken for each class (column), without those
 * @param classNames the name of class 0 first; empty if the classes have none
 */
@SuppressWarnings("ArrayRecordComponent")
record Classified(int examples, int withoutResult, int[][] confusion, List<String> classNames) implements Comparison {

    private static final int MOST_IN_TABLE = 20;

    /**
     * Compares.
     *
     * @param scores those of each class, row by row
     * @param targets a class number for each row, or a distribution as long as a row of scores
     * @throws IllegalArgumentException if a label is not the number of a class
     */
    static Classified of(double[] scores, double[] targets, int rows, List<String> classNames) {
        int width = scores.length / rows;
        int[][] confusion = new int[width][width];
        int without = 0;
        for (int row = 0; row < rows; row++) {
            int wanted = targets.length == rows ? label(targets[row], row, width) : largest(targets, row, width);
            int told = largest(scores, row, width);
            if (isNumber(scores, row, width) && Double.isFinite(scores[row * width + told])) {
                confusion[wanted][told]++;
            } else {
                without++;
            }
        }
        return new Classified(rows, without, confusion, classNames);
    }

    private static int label(double label, int row, int width) {
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

    private static boolean isNumber(double[] values, int row, int width) {
        for (int i = row * width; i < (row + 1) * width; i++) {
            if (Double.isNaN(values[i])) {
                return false;
            }
        }
        return true;
    }

    double accuracy() {
        int right = 0;
        for (int label = 0; label < confusion.length; label++) {
            right += confusion[label][label];
        }
        return (double) right / examples;
    }

    @Override
    public String table() {
        return classNames.isEmpty() || confusion.length > MOST_IN_TABLE
                ? ""
                : new ConfusionTable(confusion, classNames).toString();
    }

    @Override
    public Task task() {
        return Task.CLASSIFICATION;
    }

    @Override
    public String measures() {
        return String.format(Locale.ROOT, "accuracy %.4f", accuracy());
    }
}
