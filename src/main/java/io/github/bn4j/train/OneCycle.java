package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

/** See {@link Schedule#oneCycle}. */
record OneCycle(double rise, double initial, double last) implements Schedule {

    OneCycle {
        checkArgument(rise > 0 && rise < 1, "Schedule.oneCycle expects a share between 0 and 1 but got %s", rise);
        checkArgument(
                initial >= 1 && last >= 1 && Double.isFinite(initial) && Double.isFinite(last),
                "Schedule.oneCycle expects divisors of at least 1 but got %s and %s",
                initial,
                last);
    }

    @Override
    public double factor(TrainingProgress at) {
        double peak = Math.max(0, rise * at.steps() - 1);
        double first = 1 / initial;
        if (at.step() < peak) {
            return between(first, 1, at.step() / peak);
        }
        double down = at.steps() - 1 - peak;
        return between(1, first / last, down > 0 ? (at.step() - peak) / down : 0);
    }

    private static double between(double from, double to, double done) {
        return to + (from - to) / 2 * (1 + Math.cos(Math.PI * done));
    }

    @Override
    public String toString() {
        return "oneCycle(" + rise + ", " + initial + ", " + last + ")";
    }
}
