package io.github.bn4j.train;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A metric of the order in which scores bring the examples, for each class against the rest.
 *
 * @param name its name
 * @param measure from the ascending scores of the examples of a class and of all others; NaN where it is not defined
 */
record RankedMetric(String name, Measure measure) implements OfClasses {

    /** A number made of the ascending scores of the examples of a class and of all others. */
    @FunctionalInterface
    interface Measure extends Serializable {
        double of(double[] own, double[] others);
    }

    static final RankedMetric ROC_AUC = new RankedMetric("rocAuc", RankedMetric::rocAuc);
    static final RankedMetric AVERAGE_PRECISION = new RankedMetric("averagePrecision", RankedMetric::averagePrecision);

    /** The share of pairs of one of each in which the score of the first is larger, equal ones counting half. */
    private static double rocAuc(double[] of, double[] others) {
        double pairs = 0;
        int below = 0;
        int upTo = 0;
        for (double score : of) {
            while (below < others.length && others[below] < score) {
                below++;
            }
            upTo = Math.max(upTo, below);
            while (upTo < others.length && others[upTo] <= score) {
                upTo++;
            }
            pairs += (below + upTo) / 2.0;
        }
        return pairs / of.length / others.length;
    }

    /** The sum of the precision at each threshold, weighted by the recall that it adds. */
    private static double averagePrecision(double[] of, double[] others) {
        if (of.length == 0) {
            return Double.NaN;
        }
        double sum = 0;
        int i = of.length;
        int j = others.length;
        while (i > 0) {
            double threshold = of[i - 1];
            int before = i;
            while (i > 0 && of[i - 1] == threshold) {
                i--;
            }
            while (j > 0 && others[j - 1] >= threshold) {
                j--;
            }
            double told = (double) of.length - i + others.length - j;
            sum += (before - i) * ((of.length - i) / told);
        }
        return sum / of.length;
    }

    @Override
    public Tally tally() {
        return ranks();
    }

    Ranks ranks() {
        return new Ranks();
    }

    /** All scores of each class; of two classes only those of the second, which say all. */
    final class Ranks implements Tally {

        private Scores[] of = {};
        private Scores[] others = {};
        private boolean broken;

        /** For how many classes or labels there are scores. */
        int count() {
            return of.length;
        }

        /** Whether a score was NaN. */
        boolean broken() {
            return broken;
        }

        /** The ascending scores of the examples of a class. */
        double[] own(int number) {
            return of[number].ascending();
        }

        /** The ascending scores of all other examples. */
        double[] others(int number) {
            return others[number].ascending();
        }

        private void begin(int classes) {
            if (of.length == 0) {
                of = new Scores[classes];
                others = new Scores[classes];
                Arrays.setAll(of, number -> new Scores());
                Arrays.setAll(others, number -> new Scores());
            }
        }

        @Override
        public void add(Predictions some) {
            boolean labels = some.task() == Task.MULTI_LABEL;
            boolean two = !labels && some.width() == 2;
            begin(two ? 1 : some.width());
            for (int row = 0; row < some.size(); row++) {
                if (labels) {
                    for (int label = 0; label < of.length; label++) {
                        add(label, some.target(row, label) > 0, some.output(row, label));
                    }
                } else if (two) {
                    add(0, some.label(row) == 1, some.output(row, 1) - some.output(row, 0));
                } else {
                    addClasses(some, row);
                }
            }
        }

        /* The logarithm of p / (1 − p) is in the order of the probability p, and differs where p is 1 up to rounding. */
        private void addClasses(Predictions some, int row) {
            double sum = some.logOfSum(row);
            int told = some.told(row);
            for (int number = 0; number < of.length; number++) {
                double score = some.output(row, number);
                // Only the largest score can be so much of the sum that the rest would be lost in a difference.
                double rest =
                        number == told ? some.logOfSumWithout(row, number) : sum + Math.log1p(-Math.exp(score - sum));
                add(number, some.label(row) == number, score - rest);
            }
        }

        private void add(int number, boolean wanted, double score) {
            broken |= Double.isNaN(score);
            // Sorting tells the zeros apart by their signs, comparing does not.
            (wanted ? of : others)[number].add(score + 0.0);
        }

        @Override
        public void merge(Tally other) {
            Ranks more = (Ranks) other;
            begin(more.of.length);
            for (int number = 0; number < more.of.length; number++) {
                of[number].addAll(more.of[number]);
                others[number].addAll(more.others[number]);
            }
            broken |= more.broken;
        }

        @Override
        public double value() {
            return broken
                    ? Double.NaN
                    : CountedMetric.mean(of.length, number -> measure.of(own(number), others(number)));
        }
    }

    /** Numbers without end. */
    private static final class Scores {

        private double[] values = new double[16];
        private int count;

        void add(double value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, Math.multiplyExact(2, count));
            }
            values[count] = value;
            count++;
        }

        void addAll(Scores more) {
            for (int i = 0; i < more.count; i++) {
                add(more.values[i]);
            }
        }

        double[] ascending() {
            double[] sorted = Arrays.copyOf(values, count);
            Arrays.sort(sorted);
            return sorted;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
