package io.github.bn4j.report;

import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.History;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A training on a page.
 *
 * @param history with at least one epoch
 */
record Run(String name, History history) {

    static final String LOSS = "loss";
    static final String ACCURACY = "accuracy";

    private static final double SMALL = 1e-3;
    private static final double LARGE = 1e4;

    /** The names of what was measured on validation data, the loss first if there was any. */
    Set<String> measured() {
        Set<String> names = new LinkedHashSet<>();
        history.epochs().forEach(epoch -> epoch.metrics().forEach((name, value) -> {
            if (!Double.isNaN(value)) {
                names.add(name);
            }
        }));
        return names;
    }

    /** What the page is about first: the accuracy if there is one, else the first metric, else the loss. */
    Optional<String> chief() {
        Set<String> names = measured();
        if (names.contains(ACCURACY)) {
            return Optional.of(ACCURACY);
        }
        return names.stream().filter(name -> !name.equals(LOSS)).findFirst().or(() -> names.stream()
                .findFirst());
    }

    double last(String metric) {
        return history.last().metrics().getOrDefault(metric, Double.NaN);
    }

    /** The best epoch by a metric; empty where nobody knows its direction, or it was never measured. */
    Optional<Epoch> best(String metric) {
        boolean known = metric.equals(LOSS) || history.metrics().containsKey(metric);
        return known && measured().contains(metric) ? Optional.of(history.best(metric)) : Optional.empty();
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        boolean plain = size == 0 || (size >= SMALL && size < LARGE);
        return String.format(Locale.ROOT, plain ? "%.4f" : "%.4g", value);
    }

    static String time(double seconds) {
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    double seconds() {
        return history.epochs().stream().mapToDouble(Epoch::seconds).sum();
    }
}
