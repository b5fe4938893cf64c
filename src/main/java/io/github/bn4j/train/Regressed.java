package io.github.bn4j.train;

import java.util.Locale;

/**
 * The differences of an output from what was wanted, over all elements.
 *
 * @param withoutResult how many examples have an output that is NaN or infinite
 * @param meanSquaredError mean of their squares
 * @param meanAbsoluteError mean of their sizes
 */
record Regressed(int withoutResult, double meanSquaredError, double meanAbsoluteError) implements Comparison {

    /** Compares outputs with as many targets, both row by row. */
    static Regressed of(double[] outputs, double[] targets, int rows) {
        int width = outputs.length / rows;
        int without = 0;
        double squares = 0;
        double sizes = 0;
        for (int row = 0; row < rows; row++) {
            boolean finite = true;
            for (int i = row * width; i < (row + 1) * width; i++) {
                double difference = outputs[i] - targets[i];
                squares += difference * difference;
                sizes += Math.abs(difference);
                finite &= Double.isFinite(outputs[i]);
            }
            without += finite ? 0 : 1;
        }
        return new Regressed(without, squares / outputs.length, sizes / outputs.length);
    }

    @Override
    public Task task() {
        return Task.REGRESSION;
    }

    @Override
    public String measures() {
        return String.format(
                Locale.ROOT, "mean squared error %.6g, mean absolute error %.6g", meanSquaredError, meanAbsoluteError);
    }
}
