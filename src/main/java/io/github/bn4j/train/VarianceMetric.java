package io.github.bn4j.train;

import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A metric that compares what a regression leaves with the variance of the targets.
 *
 * @param name its name
 * @param aroundMean whether the differences are taken from their mean
 */
record VarianceMetric(String name, boolean aroundMean) implements Metric {

    static final Metric R2 = new VarianceMetric("r2", false);
    static final Metric EXPLAINED_VARIANCE = new VarianceMetric("explainedVariance", true);

    @Override
    public boolean higherIsBetter() {
        return true;
    }

    @Override
    public Set<Task> tasks() {
        return EnumSet.of(Task.REGRESSION);
    }

    @Override
    public Tally tally() {
        return new Left();
    }

    /** Mean and variance, of each element, of the targets and of what the outputs leave of them. */
    private final class Left implements Tally {

        private Moments targets = new Moments(0);
        private Moments differences = new Moments(0);

        private void begin(int width) {
            if (targets.channels() == 0) {
                targets = new Moments(width);
                differences = new Moments(width);
            }
        }

        @Override
        public void add(Predictions some) {
            begin(some.width());
            add(targets, some, some::target);
            add(differences, some, (row, i) -> some.target(row, i) - some.output(row, i));
        }

        private static void add(Moments moments, Predictions some, Element element) {
            double[] values = new double[some.size() * some.width()];
            for (int i = 0; i < values.length; i++) {
                values[i] = element.of(i / some.width(), i % some.width());
            }
            moments.add(Tensors.of(DataType.DOUBLE, values, some.size(), some.width()));
        }

        @Override
        public void merge(Tally other) {
            Left more = (Left) other;
            if (more.targets.count() > 0) {
                begin(more.targets.channels());
                targets.add(more.targets.sum(), more.targets.means(), more.targets.variances());
                differences.add(more.differences.sum(), more.differences.means(), more.differences.variances());
            }
        }

        @Override
        public double value() {
            if (!targets.vary() || Arrays.stream(differences.means()).anyMatch(Double::isNaN)) {
                return Double.NaN;
            }
            return CountedMetric.mean(targets.channels(), this::ofElement);
        }

        private double ofElement(int i) {
            double left = differences.variance(i, false) + (aroundMean ? 0 : differences.mean(i) * differences.mean(i));
            double all = targets.variance(i, false);
            if (all == 0) {
                return left == 0 ? 1 : Double.NaN;
            }
            return 1 - left / all;
        }
    }

    /** A number of a row and an element. */
    private interface Element {
        double of(int row, int i);
    }

    @Override
    public String toString() {
        return name;
    }
}
