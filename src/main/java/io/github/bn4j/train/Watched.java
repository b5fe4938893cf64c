package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A number by which epochs are compared.
 *
 * @param name that of a metric, or {@link #LOSS}
 * @param higherIsBetter its direction
 */
record Watched(String name, boolean higherIsBetter) {

    static final String LOSS = "loss";
    static final String ACCURACY = "accuracy";

    /**
     * The number of a name.
     *
     * @param who who wants to compare, for the message
     * @param metrics those that are measured besides the loss, by name
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    static Watched of(String who, String name, Map<String, Metric> metrics) {
        Metric metric = metrics.get(name);
        checkArgument(
                name.equals(LOSS) || metric != null,
                "%s expects the name of a metric that is measured but got \"%s\"; there are %s, and"
                        + " metrics(Metric.f1()) or the like adds others",
                who,
                name,
                withLoss(metrics.keySet()));
        return new Watched(name, metric != null && metric.higherIsBetter());
    }

    private static Set<String> withLoss(Collection<String> metrics) {
        Set<String> names = new LinkedHashSet<>(Set.of(LOSS));
        names.addAll(metrics);
        return names;
    }

    /** The value in an epoch; NaN if it was not measured. */
    double of(Epoch epoch) {
        return epoch.metrics().getOrDefault(name, Double.NaN);
    }

    /** Whether a candidate is better, of equal ones the one with the smaller loss. NaN never is. */
    boolean isBetter(Epoch candidate, Epoch best) {
        double value = of(candidate);
        if (value == of(best)) {
            return candidate.validationLoss() < best.validationLoss();
        }
        return MetricValue.isBetter(value, of(best), higherIsBetter, 0);
    }

    /**
     * Whether an epoch is the best so far. One without a value, or without a loss, never is.
     *
     * @param number that of the best one before; 0 if there is none
     */
    boolean isBest(Epoch epoch, History history, int number) {
        Optional<Epoch> before = history.epochs().stream()
                .filter(each -> each.number() == number)
                .findFirst();
        return !Double.isNaN(of(epoch))
                && !Double.isNaN(epoch.validationLoss())
                && (before.isEmpty() || isBetter(epoch, before.get()));
    }

    /** Whether a value is better than another by more than a least gain. */
    boolean isGain(double value, double from, double leastGain) {
        return MetricValue.isBetter(value, from, higherIsBetter, leastGain);
    }
}
