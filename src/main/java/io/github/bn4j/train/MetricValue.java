package io.github.bn4j.train;

import java.util.Locale;

/** How values of metrics are printed and compared. */
final class MetricValue {

    private static final double SMALL = 1e-3;
    private static final double LARGE = 1e4;

    private MetricValue() {}

    /** A value in four digits; – if it is not defined. */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        boolean plain = size == 0 || (size >= SMALL && size < LARGE);
        return String.format(Locale.ROOT, plain ? "%.4f" : "%.4g", value);
    }

    /** Whether a value is better than another by more than a least gain; NaN never is, and everything else is better than NaN. */
    static boolean isBetter(double candidate, double best, boolean higherIsBetter, double leastGain) {
        if (Double.isNaN(candidate) || Double.isNaN(best)) {
            return !Double.isNaN(candidate);
        }
        return (higherIsBetter ? candidate - best : best - candidate) > leastGain;
    }
}
