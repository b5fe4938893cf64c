package io.github.bn4j.plot.internal.figure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * From values to a share of an axis.
 *
 * @param low what stands at the beginning
 * @param high what stands at the end, above {@code low}
 * @param logarithmic whether equal ways are equal factors; then {@code low} is above 0
 * @param step from tick to tick, of a linear one
 */
public record Scale(double low, double high, boolean logarithmic, double step) {

    private static final int TICKS = 5;
    private static final double FINEST = 1e-9;

    /** From one round number to another one around all finite values. */
    public static Scale around(double... values) {
        return rounded(smallest(values), largest(values));
    }

    /** From 0, or from below it where there are negative values. */
    public static Scale fromZero(double... values) {
        return rounded(Math.min(0, smallest(values)), Math.max(0, largest(values)));
    }

    /**
     * For shares, such as an accuracy: up to 1 where any is above a half, from the round number below the smallest, never below 0.
     * So what differs between good values can be seen, and what is missing to 1 as well.
     */
    public static Scale ofShares(double... values) {
        double high = largest(values) > 0.5 ? 1 : largest(values);
        Scale around = rounded(Math.min(smallest(values), high), high);
        return new Scale(Math.max(0, around.low), Math.min(1, around.high), false, around.step);
    }

    /** From the first to the last of whole numbers, such as epochs. */
    public static Scale whole(double... values) {
        double low = smallest(values);
        double high = Math.max(largest(values), low + 1);
        return new Scale(low, high, false, Math.max(1, niceStep(low, high, TICKS + 1)));
    }

    /** By factors, where all finite values are above 0 and the largest is more than {@code times} the smallest; else linear. */
    public static Scale byFactors(double times, double... values) {
        double low = smallest(values);
        double high = largest(values);
        if (low >= Double.MIN_NORMAL && high / low > times) {
            return new Scale(low, high, true, Double.NaN);
        }
        return rounded(low, high);
    }

    private static double smallest(double... values) {
        return finite(values).min().orElse(0);
    }

    private static double largest(double... values) {
        return finite(values).max().orElse(1);
    }

    private static DoubleStream finite(double... values) {
        return Arrays.stream(values).filter(Double::isFinite);
    }

    private static Scale rounded(double least, double most) {
        double size = Math.max(Math.abs(least), Math.abs(most));
        double low = least;
        double high = most;
        if (high / 2 - low / 2 <= size * FINEST) {
            double around = size == 0 ? 0.5 : size * 0.1;
            low -= around;
            high += around;
        }
        double step = niceStep(low, high, TICKS);
        double from = Math.floor(low / step + FINEST) * step;
        double to = Math.ceil(high / step - FINEST) * step;
        // Beyond the largest double there is no round number.
        return new Scale(
                Double.isFinite(from) ? from : -Double.MAX_VALUE,
                Double.isFinite(to) ? to : Double.MAX_VALUE,
                false,
                step);
    }

    /** 1, 2 or 5 times a power of ten, such that a way has about so many steps. */
    private static double niceStep(double low, double high, int about) {
        double rough = Math.max((high / 2 - low / 2) / about * 2, Double.MIN_NORMAL);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double factor = rough / power;
        return (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10) * power;
    }

    /** Where a value stands, from 0 to 1; what is outside stands at the end that it is beyond. */
    double share(double value) {
        double share = logarithmic
                ? (Math.log(Math.max(value, Double.MIN_VALUE)) - Math.log(low)) / (Math.log(high) - Math.log(low))
                : (value / 2 - low / 2) / (high / 2 - low / 2);
        return Math.max(0, Math.min(1, share));
    }

    /** The values that are marked, in order. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            addPowers(ticks, 1);
            if (ticks.size() < 3) {
                ticks.clear();
                addPowers(ticks, 1, 2, 5);
            }
        } else {
            double first = Math.ceil(low / step - FINEST);
            for (int i = 0; i <= 4 * TICKS && (first + i) * step <= high + step * FINEST; i++) {
                ticks.add((first + i) * step + 0.0);
            }
        }
        return ticks;
    }

    private void addPowers(List<Double> ticks, int... factors) {
        int from = (int) Math.floor(Math.log10(low));
        int to = (int) Math.ceil(Math.log10(high));
        int every = 1 + (to - from) / 10;
        for (int power = from; power <= to; power += every) {
            for (int factor : factors) {
                double tick = Double.parseDouble(factor + "e" + power);
                if (tick >= low * (1 - FINEST) && tick <= high * (1 + FINEST)) {
                    ticks.add(tick);
                }
            }
        }
    }

    /** A tick as text, with as many digits as tell it from the next one. */
    String text(double tick) {
        if (logarithmic) {
            return tick >= 0.001 && tick < 1e5
                    ? String.format(Locale.ROOT, "%." + Math.max(0, (int) -Math.floor(Math.log10(tick))) + "f", tick)
                    : scientific(tick, 0);
        }
        double size = Math.max(Math.abs(low), Math.abs(high));
        int decimals = (int) -Math.floor(Math.log10(step) + FINEST);
        if (size >= 1e6 || step < 1e-4) {
            int digits = (int) Math.floor(Math.log10(Math.max(size, Double.MIN_NORMAL))) + decimals;
            return tick == 0 ? "0" : scientific(tick, Math.max(0, Math.min(15, digits)));
        }
        return String.format(Locale.ROOT, "%." + Math.max(0, decimals) + "f", tick);
    }

    private static String scientific(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "e", value)
                .replaceFirst("(\\.\\d*?)0+e", "$1e")
                .replaceFirst("\\.e", "e")
                .replaceFirst("e\\+?(-?)0*(\\d)", "e$1$2");
    }
}
