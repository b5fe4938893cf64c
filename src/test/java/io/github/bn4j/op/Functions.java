package io.github.bn4j.op;

import io.github.bn4j.op.function.ClippedLine;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.ExponentialLinear;
import io.github.bn4j.op.function.LeakyRectifier;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.Power;
import io.github.bn4j.op.function.StandardFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/** Every function of the library, with what it is in the arithmetic of Java. */
public final class Functions {

    private static final double NAN = Double.NaN;

    public static final Map<ElementwiseFunction, DoubleUnaryOperator> ALL = new LinkedHashMap<>();

    static {
        for (StandardFunction function : StandardFunction.values()) {
            ALL.put(function, of(function));
        }
        ALL.put(new LeakyRectifier(0.1), x -> x > 0 ? x : 0.1 * x);
        ALL.put(new LeakyRectifier(-2), x -> x > 0 ? x : -2 * x);
        ALL.put(new ExponentialLinear(1.5), x -> x > 0 ? x : 1.5 * Math.expm1(x));
        ALL.put(new Clipping(0, 6), x -> Math.min(Math.max(x, 0), 6));
        ALL.put(new Clipping(-0.7, Double.POSITIVE_INFINITY), x -> Math.max(x, -0.7));
        ALL.put(new Clipping(Double.NEGATIVE_INFINITY, 0.2), x -> Math.min(x, 0.2));
        ALL.put(new ClippedLine(0.2, 0.5), x -> Math.min(Math.max(0.2 * x + 0.5, 0), 1));
        ALL.put(new Line(-2, 3), x -> -2 * x + 3);
        ALL.put(new Line(3, 0), x -> 3 * x);
        for (double exponent : new double[] {-1.5, 0, 1, 2.5, 3}) {
            ALL.put(new Power(exponent), x -> Math.pow(x, exponent));
        }
    }

    /** Those that are not defined, or not to be differentiated by small differences, below a small positive number. */
    private static final List<ElementwiseFunction> ABOVE_0 = List.of(
            StandardFunction.LOG, StandardFunction.SQRT, StandardFunction.RECIPROCAL, new Power(-1.5), new Power(2.5));

    private Functions() {}

    private static DoubleUnaryOperator of(StandardFunction function) {
        return switch (function) {
            case RELU -> x -> Math.max(x, 0);
            case GELU -> x -> x * (1 + erf(x / Math.sqrt(2))) / 2;
            case SILU -> x -> x / (1 + Math.exp(-x));
            case HARD_SWISH -> x -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
            case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
            case TANH -> Math::tanh;
            case SOFTPLUS -> x -> x > 30 ? x : Math.log1p(Math.exp(x));
            case EXP -> Math::exp;
            case LOG -> Math::log;
            case ABS -> Math::abs;
            case SQUARE -> x -> x * x;
            case SQRT -> Math::sqrt;
            case RECIPROCAL -> x -> 1 / x;
            case SIGN -> Math::signum;
            case ERF -> Functions::erf;
            case SIN -> Math::sin;
            case COS -> Math::cos;
        };
    }

    /** By the series of Abramowitz and Stegun 7.1.6, which converges everywhere. */
    private static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return Double.isNaN(x) ? NAN : 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    /** Whether the function and its derivative are ordinary numbers for every {@code x}. */
    public static boolean isEverywhere(ElementwiseFunction function) {
        return !ABOVE_0.contains(function);
    }

    static ElementwiseFunction everywhere(Random random) {
        List<ElementwiseFunction> all =
                ALL.keySet().stream().filter(Functions::isEverywhere).toList();
        return all.get(random.nextInt(all.size()));
    }
}
