package io.github.bn4j.inside;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.Locale;

/**
 * How the integral of integrated gradients is added up.
 *
 * @param rule where the gradients are taken, and what each of them weighs
 * @param steps how many; of the trapezoid rule the number of intervals, one less than it takes gradients
 */
public record Integration(Rule rule, int steps) {

    /** Where the integrand is taken in {@code [0, 1]}. */
    public enum Rule {
        /** At the roots of a Legendre polynomial: exact for polynomials of degree {@code 2 steps − 1}. */
        GAUSS_LEGENDRE,
        /** In the middle of each interval. */
        MIDPOINT,
        /** At the ends of all intervals, the first and the last for half. */
        TRAPEZOID,
        /** At the right end of each interval. */
        RIGHT
    }

    public Integration {
        checkGiven(rule, "Integration", "a rule");
        checkArgument(steps >= 1 && steps <= 100_000, "Integration expects 1 to 100000 steps but got %s", steps);
    }

    /** Gauss-Legendre; 50 steps are usual. */
    public static Integration gaussLegendre(int steps) {
        return new Integration(Rule.GAUSS_LEGENDRE, steps);
    }

    /** The midpoint rule. */
    public static Integration midpoint(int steps) {
        return new Integration(Rule.MIDPOINT, steps);
    }

    /** The trapezoid rule. */
    public static Integration trapezoid(int steps) {
        return new Integration(Rule.TRAPEZOID, steps);
    }

    /** The sum over right ends. */
    public static Integration right(int steps) {
        return new Integration(Rule.RIGHT, steps);
    }

    /** The places in {@code [0, 1]}, and the weights, which add up to 1: {@code [2][places]}. */
    double[][] nodes() {
        return switch (rule) {
            case GAUSS_LEGENDRE -> legendre(steps);
            case MIDPOINT -> even(steps, 0.5);
            case RIGHT -> even(steps, 1);
            case TRAPEZOID -> {
                double[][] nodes = even(steps + 1, 0);
                for (int k = 0; k <= steps; k++) {
                    nodes[0][k] = (double) k / steps;
                    nodes[1][k] = (k == 0 || k == steps ? 0.5 : 1.0) / steps;
                }
                yield nodes;
            }
        };
    }

    private static double[][] even(int count, double offset) {
        double[][] nodes = new double[2][count];
        for (int k = 0; k < count; k++) {
            nodes[0][k] = (k + offset) / count;
            nodes[1][k] = 1.0 / count;
        }
        return nodes;
    }

    /* Newton's method on the Legendre polynomial from Chebyshev's guess; weights 2 / ((1 − x²) P′(x)²), both moved from [−1, 1] to [0, 1]. */
    private static double[][] legendre(int n) {
        double[][] nodes = new double[2][n];
        for (int i = 0; i < n; i++) {
            double x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
            double slope = 1;
            for (int round = 0; round < 100; round++) {
                double last = 1;
                double value = x;
                for (int k = 2; k <= n; k++) {
                    double next = ((2 * k - 1) * x * value - (k - 1) * last) / k;
                    last = value;
                    value = next;
                }
                slope = n * (x * value - last) / (x * x - 1);
                double change = value / slope;
                x -= change;
                if (Math.abs(change) < 1e-15) {
                    break;
                }
            }
            nodes[0][n - 1 - i] = (1 + x) / 2;
            nodes[1][n - 1 - i] = 1 / ((1 - x * x) * slope * slope);
        }
        return nodes;
    }

    @Override
    public String toString() {
        return rule.name().toLowerCase(Locale.ROOT).replace('_', '-') + " with " + steps
                + (steps == 1 ? " step" : " steps");
    }
}
