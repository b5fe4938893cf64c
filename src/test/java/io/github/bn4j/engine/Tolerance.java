package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * How far results may lie from those in float64: by a share of the largest element of the tensor, and where that does not do
 * by some times what the random errors of {@link Rounding} do to it; {@link Accuracy} says how much that is. The second is next to
 * nothing where a network is well conditioned, and more where numbers cancel.
 *
 * <p>What cancels altogether has no size of its own: a mean is measured by the largest deviation, a variance by at least what norms
 * add to it, and a gradient that is 0 but for rounding, as that of a bias in front of a norm, by the largest of all.
 */
final class Tolerance {

    /** What norms add to a variance. */
    private static final double EPSILON = 1e-5;

    /** What float64 leaves of a gradient that is 0, as a share of the largest. */
    private static final double NOTHING = 1e-12;

    /** Several, as the largest of few errors in a short tensor may be small by chance. */
    private static final int MOST_DRAWS = 4;

    private final Accuracy accuracy;
    private final Map<String, double[]> exact;
    private final IntFunction<Map<String, double[]>> rounded;
    private final double largestGradient;
    private final Map<String, Double> cost = new HashMap<>();
    private int draws;

    /**
     * For the results of one graph.
     *
     * @param accuracy that of what is compared
     * @param exact the results
     * @param rounded computes them with random errors, others for each number
     */
    Tolerance(Accuracy accuracy, Map<String, double[]> exact, IntFunction<Map<String, double[]>> rounded) {
        this.accuracy = accuracy;
        this.exact = exact;
        this.rounded = rounded;
        largestGradient = exact.entrySet().stream()
                .filter(result -> result.getKey().startsWith(Results.GRADIENT))
                .mapToDouble(result -> largest(result.getValue()))
                .max()
                .orElse(0);
    }

    /** The results that are too far off by what is known so far of random errors; that may be too strict. */
    List<String> beyondAtFirstSight(Map<String, double[]> actual, Map<String, double[]> expected) {
        List<String> lines = lines(actual, expected);
        if (!lines.isEmpty() && draws == 0) {
            draw();
            lines = lines(actual, expected);
        }
        return lines;
    }

    /** The results that are too far off, a line for each. */
    List<String> beyond(Map<String, double[]> actual, Map<String, double[]> expected) {
        List<String> lines = lines(actual, expected);
        while (!lines.isEmpty() && draws < MOST_DRAWS) {
            draw();
            lines = lines(actual, expected);
        }
        return lines;
    }

    private void draw() {
        Map<String, double[]> run = rounded.apply(draws++);
        exact.forEach((name, values) -> cost.merge(name, distance(requireNonNull(run.get(name)), values), Math::max));
    }

    private List<String> lines(Map<String, double[]> actual, Map<String, double[]> expected) {
        List<String> lines = new ArrayList<>();
        actual.forEach((name, values) -> {
            double largest = scale(name);
            double error = distance(values, requireNonNull(expected.get(name)));
            double allowed = accuracy.share * largest + accuracy.factor * cost.getOrDefault(name, 0.0);
            // Not true for NaN either.
            if (!(error <= allowed)) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%s errs by %.2g where %.2g is the largest and %.2g allowed",
                        name,
                        error,
                        largest,
                        allowed));
            }
        });
        return lines;
    }

    private double scale(String name) {
        double largest = largest(requireNonNull(exact.get(name)));
        if (name.startsWith(Results.GRADIENT)) {
            return largest > NOTHING * largestGradient ? largest : largestGradient;
        }
        if (name.startsWith(Results.VARIANCE)) {
            return Math.max(largest, EPSILON);
        }
        double[] variance = exact.get(name.replace(Results.MEAN, Results.VARIANCE));
        return name.startsWith(Results.MEAN)
                ? Math.max(largest, Math.sqrt(largest(requireNonNull(variance))))
                : largest;
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    /* NaN if there is one. */
    private static double distance(double[] actual, double[] expected) {
        double most = actual.length == expected.length ? 0 : Double.NaN;
        for (int i = 0; i < actual.length; i++) {
            most = Math.max(most, Math.abs(actual[i] - expected[i]));
        }
        return most;
    }
}
