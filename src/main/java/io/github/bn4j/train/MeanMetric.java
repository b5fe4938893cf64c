package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * The mean over examples of a number that each has.
 *
 * @param name its name
 * @param higherIsBetter its direction
 * @param tasks which tasks have it
 * @param classes the smallest number of classes that have it
 * @param ofExample the number of one example
 * @param ofMean what is made of the mean
 */
record MeanMetric(String name, boolean higherIsBetter, Set<Task> tasks, int classes, OfExample ofExample, OfMean ofMean)
        implements Metric {

    /** A number of an example. */
    @FunctionalInterface
    interface OfExample extends Serializable {
        double of(Predictions some, int row);
    }

    /** A number made of a mean. */
    @FunctionalInterface
    interface OfMean extends Serializable {
        double of(double mean);
    }

    private static final Set<Task> CLASSES = OfClasses.TASKS;

    static final Metric EXACT_MATCH = larger("exactMatch", EnumSet.of(Task.MULTI_LABEL), 1, MeanMetric::exactMatch);
    static final Metric LOG_LOSS = smaller("logLoss", CLASSES, MeanMetric::logLoss);
    static final Metric BRIER = smaller("brier", CLASSES, MeanMetric::brier);
    static final Metric MEAN_ABSOLUTE_ERROR =
            smaller("meanAbsoluteError", EnumSet.of(Task.REGRESSION), (some, row) -> differences(some, row, Math::abs));
    static final Metric MEAN_SQUARED_ERROR =
            smaller("meanSquaredError", EnumSet.of(Task.REGRESSION), (some, row) -> differences(some, row, d -> d * d));
    static final Metric ROOT_MEAN_SQUARED_ERROR = new MeanMetric(
            "rootMeanSquaredError",
            false,
            EnumSet.of(Task.REGRESSION),
            1,
            (some, row) -> differences(some, row, d -> d * d),
            Math::sqrt);

    private static Metric larger(String name, Set<Task> tasks, int classes, OfExample ofExample) {
        return new MeanMetric(name, true, tasks, classes, ofExample, mean -> mean);
    }

    private static Metric smaller(String name, Set<Task> tasks, OfExample ofExample) {
        return new MeanMetric(name, false, tasks, 1, ofExample, mean -> mean);
    }

    static Metric topK(int k) {
        checkArgument(k >= 1, "topK expects at least 1 class but got %s", k);
        return larger("top" + k, EnumSet.of(Task.CLASSIFICATION), k, (some, row) -> amongLargest(some, row, k));
    }

    private static double amongLargest(Predictions some, int row, int k) {
        if (!some.hasResult(row)) {
            return 0;
        }
        int wanted = some.label(row);
        int before = 0;
        for (int i = 0; i < some.width(); i++) {
            double score = some.output(row, i);
            boolean first = i < wanted && score == some.output(row, wanted);
            before += score > some.output(row, wanted) || first ? 1 : 0;
        }
        return before < k ? 1 : 0;
    }

    private static double exactMatch(Predictions some, int row) {
        for (int label = 0; label < some.width(); label++) {
            double logit = some.output(row, label);
            if (Double.isNaN(logit) || (logit > 0) != (some.target(row, label) > 0)) {
                return 0;
            }
        }
        return 1;
    }

    private static double logLoss(Predictions some, int row) {
        double loss = 0;
        if (some.task() == Task.MULTI_LABEL) {
            for (int label = 0; label < some.width(); label++) {
                double wrong = some.target(row, label) > 0 ? -some.output(row, label) : some.output(row, label);
                // −log of the probability of what was wanted, which neither overflows nor cancels.
                loss += Math.max(wrong, 0) + Math.log1p(Math.exp(-Math.abs(wrong)));
            }
            return loss / some.width();
        }
        double sum = some.logOfSum(row);
        for (int i = 0; i < some.width(); i++) {
            double share = some.target(row, i);
            loss += share == 0 ? 0 : share * (sum - some.output(row, i));
        }
        return some.hasResult(row) ? loss : Double.NaN;
    }

    private static double brier(Predictions some, int row) {
        double[] probabilities = some.probabilities(row);
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            double difference = probabilities[i] - some.target(row, i);
            sum += difference * difference;
        }
        return some.task() == Task.MULTI_LABEL ? sum / some.width() : sum;
    }

    private static double differences(Predictions some, int row, DoubleUnaryOperator size) {
        double sum = 0;
        for (int i = 0; i < some.width(); i++) {
            sum += size.applyAsDouble(some.output(row, i) - some.target(row, i));
        }
        return sum / some.width();
    }

    @Override
    public void check(int width) {
        checkArgument(
                width >= classes,
                "topK expects at most %s, the number of classes, but got %s; choose a smaller one",
                width,
                classes);
    }

    @Override
    public Tally tally() {
        return new Mean();
    }

    /** A sum and how much of it was rounded away (Neumaier 1974), so that it is the same in any order. */
    private final class Mean implements Tally {

        private double sum;
        private double lost;
        private long examples;

        @Override
        public void add(Predictions some) {
            for (int row = 0; row < some.size(); row++) {
                add(ofExample.of(some, row));
            }
            examples += some.size();
        }

        private void add(double value) {
            double next = sum + value;
            if (Double.isFinite(next)) {
                lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
            }
            sum = next;
        }

        @Override
        public void merge(Tally other) {
            Mean more = (Mean) other;
            add(more.sum);
            add(more.lost);
            examples += more.examples;
        }

        @Override
        public double value() {
            return examples == 0 ? Double.NaN : ofMean.of((sum + lost) / examples);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
