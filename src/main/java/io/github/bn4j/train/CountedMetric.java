package io.github.bn4j.train;

import java.io.Serializable;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A metric of all classes together, made of counts.
 *
 * @param name its name
 * @param measure from the counts
 */
record CountedMetric(String name, Measure measure) implements OfClasses {

    /** A number made of counts. */
    @FunctionalInterface
    interface Measure extends Serializable {
        double of(ClassCounts counts);
    }

    static final Metric ACCURACY = new CountedMetric("accuracy", CountedMetric::accuracy);
    static final Metric BALANCED_ACCURACY = new CountedMetric("balancedAccuracy", CountedMetric::balancedAccuracy);
    static final Metric MATTHEWS = new CountedMetric("matthews", CountedMetric::matthews);

    private static double accuracy(ClassCounts counts) {
        double right = IntStream.range(0, counts.classes())
                .mapToLong(number -> counts.both(number) + (counts.labels() ? counts.neither(number) : 0))
                .sum();
        return right / (counts.labels() ? (double) counts.examples() * counts.classes() : counts.examples());
    }

    private static double balancedAccuracy(ClassCounts counts) {
        if (counts.labels()) {
            return mean(counts.classes(), label -> {
                double yes = share(counts.both(label), counts.wanted(label));
                double no = share(counts.neither(label), counts.neither(label) + counts.toldOnly(label));
                return Double.isNaN(yes) ? no : Double.isNaN(no) ? yes : (yes + no) / 2;
            });
        }
        return mean(counts.classes(), number -> share(counts.both(number), counts.wanted(number)));
    }

    private static double share(long part, long whole) {
        return (double) part / whole;
    }

    /** The mean of those that are defined; NaN if none is. */
    static double mean(int count, IntToDoubleFunction value) {
        return IntStream.range(0, count)
                .mapToDouble(value)
                .filter(one -> !Double.isNaN(one))
                .average()
                .orElse(Double.NaN);
    }

    private static double matthews(ClassCounts counts) {
        if (counts.labels()) {
            return mean(
                    counts.classes(),
                    label -> correlation(
                            counts.examples(),
                            (double) counts.both(label) + counts.neither(label),
                            new double[] {counts.wanted(label), (double) counts.examples() - counts.wanted(label)},
                            new double[] {counts.told(label), (double) counts.examples() - counts.told(label)}));
        }
        int classes = counts.classes();
        double[] wanted = new double[classes + 1];
        double[] told = new double[classes + 1];
        double right = 0;
        // Examples that were taken for no class are as if taken for one more.
        told[classes] = counts.examples();
        for (int number = 0; number < classes; number++) {
            right += counts.both(number);
            wanted[number] = counts.wanted(number);
            told[number] = counts.told(number);
            told[classes] -= told[number];
        }
        return correlation(counts.examples(), right, wanted, told);
    }

    /** Formula (8) of Gorodkin 2004, in the form of scikit-learn. */
    private static double correlation(long examples, double right, double[] wanted, double[] told) {
        double together = right * examples;
        double ofWanted = (double) examples * examples;
        double ofTold = ofWanted;
        for (int number = 0; number < wanted.length; number++) {
            together -= wanted[number] * told[number];
            ofWanted -= wanted[number] * wanted[number];
            ofTold -= told[number] * told[number];
        }
        return ofWanted == 0 || ofTold == 0 ? Double.NaN : together / Math.sqrt(ofWanted) / Math.sqrt(ofTold);
    }

    @Override
    public Tally tally() {
        return new ClassCounts(measure::of);
    }

    @Override
    public String toString() {
        return name;
    }
}
