package io.github.bn4j.data.internal.augmentation;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.random.RandomGenerator;

/** Numbers from a Beta(alpha, alpha) distribution, as {@code g / (g + h)} of two Gamma(alpha) numbers. */
public final class BetaDistribution {

    private BetaDistribution() {}

    static void require(String who, double alpha) {
        checkArgument(alpha > 0 && Double.isFinite(alpha), "%s expects an alpha above 0 but got %s", who, alpha);
    }

    public static double next(double alpha, RandomGenerator random) {
        double logG = logGamma(alpha, random);
        double logH = logGamma(alpha, random);
        // In logarithms, because both underflow for a small alpha.
        return 1 / (1 + Math.exp(logH - logG));
    }

    /** The logarithm of a Gamma(alpha) number: G. Marsaglia and W. Tsang 2000, A Simple Method for Generating Gamma Variables. */
    private static double logGamma(double alpha, RandomGenerator random) {
        if (alpha < 1) {
            // Their section 6: Gamma(alpha) = Gamma(alpha + 1) U^(1/alpha).
            return logGamma(alpha + 1, random) + Math.log(1 - random.nextDouble()) / alpha;
        }
        double d = alpha - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
            if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
                return Math.log(d * v);
            }
        }
    }
}
