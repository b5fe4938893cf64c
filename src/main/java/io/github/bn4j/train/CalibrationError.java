package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkState;

import java.util.stream.IntStream;

/**
 * The metric of {@link Metric#calibrationError}.
 *
 * @param bins of equal width; a probability on an edge is in the upper one, 1 in the last
 */
record CalibrationError(int bins) implements OfClasses {

    static Metric of(int bins) {
        checkArgument(bins >= 1, "calibrationError expects at least 1 bin but got %s", bins);
        return new CalibrationError(bins);
    }

    @Override
    public String name() {
        return "calibrationError";
    }

    @Override
    public boolean higherIsBetter() {
        return false;
    }

    @Override
    public Tally tally() {
        return new Bins(bins);
    }

    /**
     * How often what was told with a probability was right: for each bin that is not empty, by the mean of its probabilities.
     *
     * @throws IllegalStateException if there are no probabilities, or one is NaN
     */
    ScoreCurve reliability(Comparison compared) {
        ScoreCurves.requireScores("reliability", compared);
        Bins seen = new Bins(bins);
        compared.forEach(seen::add);
        checkState(
                !Double.isNaN(seen.value()),
                "reliability expects scores that are numbers but got NaN; withoutResult() says for how many examples");
        int[] filled =
                IntStream.range(0, bins).filter(bin -> seen.counts[bin] > 0).toArray();
        return new ScoreCurve(
                "reliability",
                IntStream.of(filled)
                        .mapToDouble(bin -> seen.told[bin] / seen.counts[bin])
                        .toArray(),
                IntStream.of(filled)
                        .mapToDouble(bin -> (seen.told[bin] + seen.excess[bin]) / seen.counts[bin])
                        .toArray(),
                seen.value());
    }

    /** How many more there were in each bin than probabilities told. */
    private static final class Bins implements Tally {

        private final double[] excess;
        private final double[] told;
        private final long[] counts;
        private long all;

        Bins(int bins) {
            excess = new double[bins];
            told = new double[bins];
            counts = new long[bins];
        }

        @Override
        public void add(Predictions some) {
            for (int row = 0; row < some.size(); row++) {
                double[] probabilities = some.probabilities(row);
                if (some.task() == Task.MULTI_LABEL) {
                    for (int label = 0; label < probabilities.length; label++) {
                        add(probabilities[label], some.target(row, label));
                    }
                } else if (some.hasResult(row)) {
                    int told = some.told(row);
                    add(probabilities[told], told == some.label(row) ? 1 : 0);
                } else {
                    add(Double.NaN, 0);
                }
            }
        }

        private void add(double probability, double right) {
            // NaN goes to the first bin, and makes the error NaN.
            int bin = Math.min(excess.length - 1, (int) (probability * excess.length));
            excess[bin] += right - probability;
            told[bin] += probability;
            counts[bin]++;
            all++;
        }

        @Override
        public void merge(Tally other) {
            Bins more = (Bins) other;
            for (int bin = 0; bin < excess.length; bin++) {
                excess[bin] += more.excess[bin];
                told[bin] += more.told[bin];
                counts[bin] += more.counts[bin];
            }
            all += more.all;
        }

        @Override
        public double value() {
            double sum = 0;
            for (double one : excess) {
                sum += Math.abs(one);
            }
            return sum / all;
        }
    }

    @Override
    public String toString() {
        return name() + " in " + bins + " bins";
    }
}
